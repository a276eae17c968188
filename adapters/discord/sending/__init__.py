"""Sending on Discord what the outbox holds."""
