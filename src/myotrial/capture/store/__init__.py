"""The database of the study server: tables, guards, and the one way to write."""
