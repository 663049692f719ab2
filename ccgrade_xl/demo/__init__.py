"""What `ccgrade demo` starts from: a list of invented customers with realistic mess, and readings of some of their meters."""
