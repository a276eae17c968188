"""Commands of moderators about reports and the catalogue."""
