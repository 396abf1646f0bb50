"""The HTTP API, version 1: what programs read and write, through the same gates and decisions."""
