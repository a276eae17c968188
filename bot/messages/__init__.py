"""What the bot says, before any platform draws it; knows no commands and no database."""
