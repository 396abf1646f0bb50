"""Migrations of the concealed tables."""
