"""Numbered in one line; run at start by storage.schema."""
