"""Designs that change their size on the way, with the type I error kept."""
