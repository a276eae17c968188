"""Use cases of readers: lists, states, law, balances."""
