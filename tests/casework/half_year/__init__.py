"""Six months of an example company, played by the commands as its people would press them, on any open workbook."""
