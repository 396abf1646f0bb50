"""One pure function for every change: what an action makes of a record, or why it may not."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from myotrial.capture.accounts import deciding as accounts
from myotrial.capture.allocation import deciding as allocation
from myotrial.capture.api import deciding as api
from myotrial.capture.forms.values import LONGEST, unstorable
from myotrial.capture.record import actions, joining, querying, reviewing, saving, upkeep
from myotrial.capture.record.actions import Action
from myotrial.capture.record.asking import Asked, Decision
from myotrial.capture.record.people import ROLES, may
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import Record
from myotrial.capture.signing import deciding as signing
from myotrial.capture.signing.actions import Sign

__all__ = ["decide"]

WHEN_CLOSED = (*allocation.WHEN_CLOSED, Sign)  # signing changes no datum
Decider = Callable[[Record, Any, Asked], Decision]

DECIDERS: MappingProxyType[type[Action], Decider] = MappingProxyType(
    {
        actions.Screen: joining.screen,
        actions.Enrol: joining.enrol,
        actions.Save: saving.save,
        actions.Remove: saving.remove,
        actions.OpenQuery: querying.open_query,
        actions.AnswerQuery: querying.answer,
        actions.CloseQuery: querying.close,
        actions.Verify: reviewing.verify,
        actions.Freeze: reviewing.freeze,
        actions.Unfreeze: reviewing.unfreeze,
        actions.Lock: reviewing.lock,
        actions.Unlock: reviewing.unlock,
        actions.Withhold: upkeep.withhold,
        actions.Release: upkeep.release,
        actions.AcceptLoss: upkeep.accept_loss,
        **accounts.DECIDERS,
        **allocation.DECIDERS,
        **api.DECIDERS,
        **signing.DECIDERS,
    }
)


def decide(record: Record, action: Action, asked: Asked) -> Decision:
    """What an action changes.

    Args:
        record: The patient's record as it is; not changed here.
        action: What is asked for.
        asked: By whom, when, under which protocol.

    Returns:
        The changes to write, which may be none; or, of values that cannot be, what is wrong with
        them and a note of what was tried.

    Raises:
        RefusedError: The person may not, the record does not allow it now, a reason is missing, or
            somebody else changed the same fields meanwhile.
    """
    _storable(action)
    who = asked.by
    form = asked.catalogue.forms.get(action.key.code) if isinstance(action, actions.Save) else None
    here = not record.site or who.at(record.site)  # the study's own record is at no site
    if not may(who, type(action), form) or not here:
        role = ROLES.get(who.role, who.role)
        raise RefusedError("forbidden", f"{who.name} ({role}) may not do this here.")
    if asked.closed and record.site and type(action) not in WHEN_CLOSED:
        raise RefusedError("locked", "the data base of the study is locked: nothing is changed.")
    return DECIDERS[type(action)](record, action, asked)


def _storable(action: Action) -> None:
    """Texts that no database takes are refused before they meet one."""
    for text in _texts(action):
        if odd := unstorable(text):
            raise RefusedError("invalid", f"a text must not hold {odd}.")
        if len(text) > LONGEST:
            raise RefusedError(
                "invalid", f"a text has at most {LONGEST} characters (got {len(text)})."
            )


def _texts(action: Action) -> Iterator[str]:
    for name in action.__dataclass_fields__:
        part = getattr(action, name)
        parts = part.values() if isinstance(part, Mapping) else part
        several = parts if isinstance(part, tuple | Mapping) else (parts,)
        yield from (item for item in several if isinstance(item, str))
