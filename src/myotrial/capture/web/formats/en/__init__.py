"""English: no date that could be read with month and day exchanged."""
