"""Exact tests and intervals on counts and paired values; knows no table and no trial.

Each module is one subject: `two_by_two` gathers what a 2x2 table needs, `binomial` one proportion.
Every function is deterministic: the same input gives the same bits, nothing is simulated.
"""
