"""Pages about what companies get, by subject."""
