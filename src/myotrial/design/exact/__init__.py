"""Operating characteristics of responder designs by enumeration: exact, nothing is simulated.

Responder counts of independent patients are binomial, so that every outcome of a trial with a
binary endpoint can be listed with its probability (tier 0 of the four tiers). Each module is one
kind of design; numbers are probabilities from 0 to 1, n is patients with an outcome.
"""
