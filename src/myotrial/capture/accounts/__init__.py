"""Accounts, roles, sites and sign-ins: each change an audited act on the record of the study."""
