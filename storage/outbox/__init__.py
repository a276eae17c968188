"""Deliveries, their payloads, places and inboxes."""
