"""What do those read who have no workbook? The overview as one file, HTML or PDF; a meter's last days as a picture."""
