"""What people write: text, search words, links and mentions."""
