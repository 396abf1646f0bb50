"""Exact tests and intervals on counts and paired values; knows no table and no trial."""
