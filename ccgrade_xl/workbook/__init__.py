"""What does the book look like? Sheets, tables and columns declared once; reading and writing."""
