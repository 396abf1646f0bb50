"""The sections of a report, each a function from the results to content."""
