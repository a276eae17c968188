"""Figures for the budget: each a ratio against a floor that is measured in the same run."""
