"""Answering in time, whatever the chat platform: what its adapter does not have to know."""
