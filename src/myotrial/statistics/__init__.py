"""Exact tests, intervals, models, and bounds of sequential tests; knows no table and no trial.

Each module is one subject: `two_by_two` gathers what a 2x2 table needs, `binomial` one proportion.
Every function is deterministic: the same input gives the same bits, nothing is simulated.
"""
