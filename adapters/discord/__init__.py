"""Discord: commands, buttons, forms and menus over discord.py."""
