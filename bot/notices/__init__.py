"""What is said about a report: cards, notifications, greetings. Knows no command and no platform."""
