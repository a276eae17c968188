"""Frozen facts and pure rules; knows no chat platform, no SQL and no clock."""
