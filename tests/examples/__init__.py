"""The example customers."""
