"""What is a good customer? The rule set, its default, its tables and its version."""
