"""Reports and proposals."""
