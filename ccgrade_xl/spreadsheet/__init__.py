"""May this spreadsheet file be read? A sound zip, sheets that fit into memory, and a reader that says when one is damaged."""
