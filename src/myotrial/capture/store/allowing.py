"""The guards let pass what withholds an entry that is said to be withheld, and nothing else."""

from typing import Any

from myotrial.capture.store.guards import CHANGED, ENTRIES, KEPT
from myotrial.capture.store.withholding import GONE

__all__ = ["allow"]

LENGTH = 98  # three digests of 16 bytes in hexadecimal, and two points
GIVEN_WAY = " AND ".join(
    f"((NEW.{name} IS NULL AND NEW.{name}_absent = '') OR (NEW.{name}_absent = OLD.{name}_absent "
    f"AND COALESCE(NEW.{name} = OLD.{name}, NEW.{name} IS NULL AND OLD.{name} IS NULL)))"
    for name in ("old", "new")
)
SAME = " AND ".join(f'NEW."{name}" = OLD."{name}"' for name in KEPT)
SAID = (
    f"EXISTS (SELECT 1 FROM {ENTRIES} said WHERE said.chain_id = OLD.chain_id "
    "AND said.entity = OLD.entity AND said.field = 'entry ' || OLD.seq "
    "AND said.action = 'withhold')"
)
ALLOWED = (
    f"{SAME} AND {GIVEN_WAY} AND NEW.reason IN ('', OLD.reason) "
    f"AND length(NEW.withheld) = {LENGTH} AND OLD.withheld IN ('', NEW.withheld) AND {SAID}"
)
SQLITE = (
    "DROP TRIGGER IF EXISTS trail_kept",
    f"CREATE TRIGGER trail_kept BEFORE UPDATE ON {ENTRIES} WHEN NOT ({ALLOWED}) "
    f"BEGIN SELECT RAISE(ABORT, '{CHANGED}'); END",
)
POSTGRESQL = (
    f"DROP TRIGGER IF EXISTS trail_kept ON {ENTRIES}",
    f"""
CREATE FUNCTION capture_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT ({ALLOWED}) THEN RAISE EXCEPTION '{CHANGED}'; END IF;
  RETURN NEW;
END $$
""",
    f"CREATE TRIGGER trail_kept BEFORE UPDATE ON {ENTRIES} FOR EACH ROW "
    "EXECUTE FUNCTION capture_kept()",
    f"""
CREATE FUNCTION capture_withhold(
  of_chain text, number bigint, text_gone text, digests text
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  {GONE.format(text="text_gone", digests="digests", chain="of_chain", number="number")}
$$
""",
)


def allow(connection: Any) -> None:
    """Let the guards pass what withholds an entry, and nothing else."""
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[connection.vendor]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
