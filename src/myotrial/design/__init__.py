"""Designs and simulates the next trial through the same derivations and analyses."""
