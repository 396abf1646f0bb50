"""Candidate designs side by side, each by the cheapest of the four tiers that is valid for it."""
