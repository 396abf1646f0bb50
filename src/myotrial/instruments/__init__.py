"""Each measure as data (range, unit, direction, source)."""
