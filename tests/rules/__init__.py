"""Rules: what the rule set promises to those who edit it and those who grade with it."""
