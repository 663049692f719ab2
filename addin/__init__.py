"""What becomes a file for a host: VBA, ribbon, packages. Nothing here is imported at run time."""
