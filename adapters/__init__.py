"""One folder a platform; they hold no rule, no SQL and no permission check, and never know each other."""
