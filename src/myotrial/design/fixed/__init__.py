"""Sample size and power of trials with one analysis."""
