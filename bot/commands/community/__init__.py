"""Commands about a community, its people and their data."""
