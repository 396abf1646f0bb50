"""What can be done with tokens, as acts on the study's own record; no token is in an action."""

from dataclasses import dataclass

from myotrial.capture.record.actions import Action

__all__ = ["IssueToken", "RevokeToken"]


@dataclass(frozen=True)
class IssueToken(Action):
    """Give a program a token of one's own.

    Attributes:
        token: Id of the token; not the token.
        label: What it is for.
        scopes: What it opens, with spaces between.
        expires: When it ends, ISO 8601 in UTC.
    """

    token: str
    label: str
    scopes: str
    expires: str


@dataclass(frozen=True)
class RevokeToken(Action):
    """End a token: one's own, or as administrator anybody's."""

    token: str
    reason: str = ""
