"""The terminal: the demo, the way to script, and what the tests speak through."""
