"""The audit trail: one entry a change, chained for each patient, keyed outside the database."""
