"""Values that are taken out of the trail: the one change of an entry that its guards let pass.

An entry of its chain must say first that it is withheld ("withhold", "entry 12"); then old value,
new value or reason give way to their digests, and nothing else of the entry changes. In PostgreSQL
a function of the tables' owner does it (`allowing`), so that the server's role needs no right to
change an entry.
"""

from typing import Any

from myotrial.capture.record.actions import Withhold
from myotrial.capture.record.refusals import RefusedError
from myotrial.capture.trail.entries import linker_of, read_row
from myotrial.capture.trail.links import COLUMNS

__all__ = ["GONE", "holding", "withhold"]

ENTRIES = "capture_entry"
GONE = f"""
UPDATE {ENTRIES} SET
  old = CASE WHEN old = {{text}} THEN NULL ELSE old END,
  new = CASE WHEN new = {{text}} THEN NULL ELSE new END,
  reason = CASE WHEN {{text}} <> '' AND replace(reason, {{text}}, '') <> reason
    THEN '' ELSE reason END,
  withheld = {{digests}}
WHERE chain_id = {{chain}} AND seq = {{number}}
"""
LISTED = ", ".join(f'"{name}"' for name in COLUMNS)
ONE = f"SELECT {LISTED} FROM {ENTRIES} WHERE chain_id = %s AND seq = %s"
OF_ENTITY = (
    f"SELECT seq, field, old, new, reason FROM {ENTRIES} "
    "WHERE chain_id = %s AND entity = %s ORDER BY seq"
)
ITEM = (
    "UPDATE capture_item SET value = NULL, absent = '' "
    "WHERE chain_id = %s AND entity = %s AND field = %s AND seq = %s AND value = %s"
)
ACT = "UPDATE capture_act SET problems = '[]' WHERE id = %s"


def holding(cursor: Any, chain: str, action: Withhold) -> tuple[str, tuple[int, ...]]:
    """The text that an action is about, and the numbers of all entries that hold it.

    Args:
        cursor: Of the database.
        chain: The record.
        action: Of its entries the first tells the text.

    Raises:
        RefusedError: That entry is not one of the field, or holds no such text.
    """
    cursor.execute(OF_ENTITY, (chain, action.entity))
    found = cursor.fetchall()
    of = 3 if action.what == "value" else 4
    first = [row[of] for row in found if row[:2] == (action.entries[0], action.field)]
    if not first or not first[0]:
        raise RefusedError("unknown", f"entry {action.entries[0]} holds no such {action.what}.")
    text = first[0]
    held = [
        number
        for number, name, old, new, reason in found
        if (text in (old, new) and name == action.field) or text in reason
    ]
    return text, tuple(held)


def withhold(connection: Any, cursor: Any, chain: str, action: Withhold, key: bytes) -> None:
    """Take a value out of trail and data; its digests stay.

    Args:
        connection: The database, in the transaction that wrote which entries are withheld.
        cursor: A cursor of it.
        chain: The record.
        action: What is withheld.
        key: Key of the trail.

    Raises:
        RefusedError: Other entries hold the value than those that were named.
    """
    text, held = holding(cursor, chain, action)
    if set(held) != set(action.entries):
        raise RefusedError(
            "conflict",
            f"the {action.what} stands in the entries {', '.join(map(str, held))}.\n"
            "Hint: name all of them.",
        )
    for number in held:
        cursor.execute(ONE, (chain, number))
        entry = read_row(cursor.fetchone())
        digests = entry.withheld or linker_of(key).digests(entry.row)
        if connection.vendor == "sqlite":
            connection.withholding = True
            try:
                gone = GONE.format(text="%s", digests="%s", chain="%s", number="%s")
                cursor.execute(gone, (text, text, text, text, digests, chain, number))
            finally:
                connection.withholding = False
        else:
            cursor.execute(
                "SELECT capture_withhold(%s, %s, %s, %s)", (chain, number, text, digests)
            )
        cursor.execute(ITEM, (chain, entry.entity, entry.field, number, text))
        cursor.execute(ACT, (entry.act,))
