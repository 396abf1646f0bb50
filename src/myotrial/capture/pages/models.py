"""Drafts: what somebody is entering and has not saved. No data of the study, and in no trail."""

from django.db import models

__all__ = ["Draft"]


class Draft(models.Model):
    """One form as one person left it.

    Attributes:
        user: Account; nobody else sees the draft.
        chain: Id of the patient's record.
        entity: The form.
        seen: Number of the record's last entry when the form was opened.
        values: Texts and reasons of absence by field, as JSON.
        at: When it was last kept.
    """

    user = models.CharField(max_length=60)
    chain = models.CharField(max_length=32)
    entity = models.CharField(max_length=80)
    seen = models.BigIntegerField()
    values = models.JSONField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        """One draft a person and form."""

        constraints = (
            models.UniqueConstraint(fields=("user", "chain", "entity"), name="one_draft"),
        )
