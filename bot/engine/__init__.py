"""Use cases over a unit of work, one function an intent; no chat platform, no SQL."""
