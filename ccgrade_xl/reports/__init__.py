"""What do those read who have no workbook? The overview as one file: HTML with its charts inside, or PDF."""
