"""The VBA project: its sources, the wrappers generated from the cell functions, and its binary form."""
