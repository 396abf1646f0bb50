"""SQLite as the study server needs it: one writer at a time, and a trail that only grows."""
