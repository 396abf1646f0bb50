"""Simulates trial tables: those a publication's counts allow, and those of the next trial."""
