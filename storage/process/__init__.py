"""What processes keep: leases, tokens, calls, imports under way."""
