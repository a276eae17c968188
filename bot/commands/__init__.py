"""The declared commands, and the one way in which they are called."""
