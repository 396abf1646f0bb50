"""The trial as data."""
