"""Simulates trials subject by subject, from trajectories of measures to a test's decision."""
