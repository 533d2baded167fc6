"""Pages: the application file, its steps and decisions, the committees."""
