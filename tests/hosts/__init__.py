"""ccgrade in the hosts it runs in, or as near to them as this machine allows."""
