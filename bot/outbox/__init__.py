"""What the bot sends unasked: claimed, sent, recorded. Knows no platform and no SQL."""
