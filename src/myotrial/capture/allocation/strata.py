"""Which stratum a patient belongs to, as the record tells it."""

from collections.abc import Sequence

from myotrial.capture.forms.definitions import SCREENING
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.record.state import FormKey, Record

__all__ = ["factors"]

FORM = FormKey("SUBJECT", SCREENING)


def factors(record: Record, by: Sequence[str]) -> dict[str, str]:
    """The patient's value of each attribute that allocation goes by.

    Raises:
        RefusedError: One is not entered.
    """
    found = {name: record.text(str(FORM), name) for name in by}
    missing = [name for name, value in found.items() if not value]
    if missing:
        raise RefusedError(
            "order", f"allocation goes by {', '.join(missing)}, which is not entered."
        )
    return found
