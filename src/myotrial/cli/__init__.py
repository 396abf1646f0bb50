"""Turns a command into one call on a study."""
