"""Commands of whoever reports something."""
