"""Triggers that keep the trail append-only in the database itself, on both engines.

An entry is never deleted and never changed, except that its values can be withheld once; entries
of a chain are numbered without a gap; the end of a chain never goes back.
"""

from typing import Any

from myotrial.capture.store.models import Chain, Entry

__all__ = ["NAMES", "make", "missing"]

KEPT = tuple(
    field.column
    for field in Entry._meta.concrete_fields
    if field.column not in ("old", "old_absent", "new", "new_absent", "reason", "withheld")
)
WITHHOLDS = " AND ".join(
    (
        "OLD.withheld = ''",
        "NEW.withheld <> ''",
        "NEW.old IS NULL",
        "NEW.new IS NULL",
        "NEW.old_absent = ''",
        "NEW.new_absent = ''",
        "NEW.reason = ''",
        *(f'NEW."{name}" = OLD."{name}"' for name in KEPT),
    )
)
ENTRIES, CHAINS = Entry._meta.db_table, Chain._meta.db_table
CHANGED = "the audit trail cannot be changed"
DELETED = "the audit trail cannot be deleted from"
OUT_OF_TURN = "an entry of the audit trail is out of turn"
BACK = "the end of a chain cannot go back"
NAMES = ("trail_kept", "trail_whole", "trail_in_turn", "chain_onward", "chain_kept")

IN_TURN = (
    f"NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM {ENTRIES} WHERE chain_id = NEW.chain_id)"
)
SQLITE = (
    f"CREATE TRIGGER trail_kept BEFORE UPDATE ON {ENTRIES} WHEN NOT ({WITHHOLDS}) "
    f"BEGIN SELECT RAISE(ABORT, '{CHANGED}'); END",
    f"CREATE TRIGGER trail_whole BEFORE DELETE ON {ENTRIES} "
    f"BEGIN SELECT RAISE(ABORT, '{DELETED}'); END",
    f"CREATE TRIGGER trail_in_turn BEFORE INSERT ON {ENTRIES} WHEN {IN_TURN} "
    f"OR EXISTS (SELECT 1 FROM {ENTRIES} WHERE id = NEW.id) "
    f"BEGIN SELECT RAISE(ABORT, '{OUT_OF_TURN}'); END",
    f"CREATE TRIGGER chain_onward BEFORE UPDATE ON {CHAINS} "
    f"WHEN NEW.seq < OLD.seq OR NEW.id <> OLD.id "
    f"BEGIN SELECT RAISE(ABORT, '{BACK}'); END",
    f"CREATE TRIGGER chain_kept BEFORE DELETE ON {CHAINS} "
    f"BEGIN SELECT RAISE(ABORT, '{DELETED}'); END",
)
REFUSE = """
CREATE FUNCTION capture_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$
"""
TURN = f"""
CREATE FUNCTION capture_in_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {IN_TURN} THEN RAISE EXCEPTION '{OUT_OF_TURN}'; END IF;
  RETURN NEW;
END $$
"""
POSTGRESQL = (
    REFUSE,
    TURN,
    f"CREATE TRIGGER trail_kept BEFORE UPDATE ON {ENTRIES} FOR EACH ROW "
    f"WHEN (NOT ({WITHHOLDS})) EXECUTE FUNCTION capture_refuse('{CHANGED}')",
    f"CREATE TRIGGER trail_whole BEFORE DELETE ON {ENTRIES} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION capture_refuse('{DELETED}')",
    f"CREATE TRIGGER trail_emptied BEFORE TRUNCATE ON {ENTRIES} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION capture_refuse('{DELETED}')",
    f"CREATE TRIGGER trail_in_turn BEFORE INSERT ON {ENTRIES} "
    "FOR EACH ROW EXECUTE FUNCTION capture_in_turn()",
    f"CREATE TRIGGER chain_onward BEFORE UPDATE ON {CHAINS} FOR EACH ROW "
    f"WHEN (NEW.seq < OLD.seq OR NEW.id <> OLD.id) EXECUTE FUNCTION capture_refuse('{BACK}')",
    f"CREATE TRIGGER chain_kept BEFORE DELETE ON {CHAINS} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION capture_refuse('{DELETED}')",
)
FOUND = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
}


def make(connection: Any) -> None:
    """Make the triggers."""
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[connection.vendor]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def missing(connection: Any) -> list[str]:
    """The triggers that are not there, or are switched off."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND[connection.vendor])
        found = {name for (name,) in cursor.fetchall()}
    return [name for name in NAMES if name not in found]
