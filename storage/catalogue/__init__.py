"""Actions, their revisions, search and counts."""
