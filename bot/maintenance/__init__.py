"""Chores: what time brings about, done once for all platforms and processes."""
