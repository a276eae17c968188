"""Use cases of reporters and moderators: reports, decisions, changes of the catalogue."""
