"""Sources of what Windows gets: its own Python, the installer, the registration."""
