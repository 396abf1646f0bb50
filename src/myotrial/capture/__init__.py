"""The study server: forms the protocol asks for, an append-only trail, roles, and pages.

forms    from the protocol and its instruments to forms, and from entries to values and scores.
record   one patient's record as data; pure decisions: what an action changes, or why it may not.
trail    the audit trail: one entry a change, chained and keyed; replay, verification, anchors.
store    the database: one `apply` that locks, decides, and writes data and trail together.
pages    matrix, forms, queries, review, overviews and prints, for those who run the study.
"""
