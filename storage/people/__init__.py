"""Accounts, communities, audit."""
