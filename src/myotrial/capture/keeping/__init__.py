"""Keeping what was entered: backups, anchors, verification, releases of forms, and start-up checks.

opening     a study's database, opened outside its server.
starting    what is checked before the server answers anybody.
anchoring   anchors in files that the server does not write over.
auditing    the whole trail verified, and exported.
backups     a sound copy of a running study, and its way back.
migrating   tables brought to a newer form: on a full copy first.
releasing   versions of the forms: what an amendment changes, and where it is in force.
withholding personal data that were entered by mistake: taken out of data and trail.
"""
