"""The ribbon: its XML, generated from the commands, and its icons."""
