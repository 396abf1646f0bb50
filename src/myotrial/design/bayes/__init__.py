"""Bayesian designs with beta mixtures: go/no-go rules, assurance, watching, MAP priors.

Operating characteristics are exact: every outcome is listed with its binomial probability. No
Markov chain is run; priors from past trials come from quadrature.
"""
