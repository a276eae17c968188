"""Use cases about communities and people."""
