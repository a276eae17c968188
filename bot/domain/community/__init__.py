"""People, communities, their audit and their time zones."""
