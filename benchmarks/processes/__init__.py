"""The same eight steps by each side, and many runs."""
