"""One patient's record as data, and what may be done to it: pure, without a database."""
