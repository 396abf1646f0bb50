"""Who may read which tables in PostgreSQL: an owner, the server, and the keeper of what is hidden.

owner    owns and migrates the tables; the server never runs as the owner.
server   reads, adds and changes what the rooms keep; no right to the concealed tables, none to
         change or delete the trail, none to make or drop tables.
keeper   has no password and cannot sign in: the server takes this role for the moments in which
         `vault` opens the concealed tables, and has its rights at no other time.
"""

import re
from typing import Any

from django.db import connection

from myotrial.errors import MyotrialError

__all__ = ["KEEPER", "concealed", "divide"]

KEEPER = "myotrial_keeper"
TABLES = ("concealed_list", "concealed_slot", "concealed_kit")
NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)
APPEND_ONLY = ("capture_entry",)
MAKE_KEEPER = f"""
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{KEEPER}') THEN
    CREATE ROLE {KEEPER} NOLOGIN NOINHERIT;
  END IF;
END $$
"""
ALLOWED = "SELECT has_table_privilege(session_user, %s, 'SELECT')"


def divide(owner: Any, server: str) -> None:
    """Give the server's role what it needs and no more; run by the owner, again after migrations.

    Args:
        owner: A connection of the owner of the tables, who may make roles.
        server: Name of the role that the server signs in with.

    Raises:
        MyotrialError: That is no plain name of a role.
    """
    if not NAME.fullmatch(server):
        raise MyotrialError(f"a role of the data base has a plain name (got {server!r}).")
    hidden = ", ".join(TABLES)
    with owner.cursor() as cursor:
        cursor.execute(MAKE_KEEPER)
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        every = {name for (name,) in cursor.fetchall()}
        cursor.execute(f"ALTER ROLE {server} NOINHERIT NOSUPERUSER")
        cursor.execute(f"GRANT {KEEPER} TO {server}")
        cursor.execute(f"REVOKE ALL ON {hidden} FROM PUBLIC, {server}")
        cursor.execute(f"GRANT SELECT, INSERT ON {hidden} TO {KEEPER}")
        cursor.execute(f"GRANT UPDATE (chain) ON concealed_slot TO {KEEPER}")
        cursor.execute(f"GRANT UPDATE (id) ON concealed_list TO {KEEPER}")  # to lock a row
        cursor.execute(f"GRANT USAGE ON SEQUENCE concealed_slot_id_seq TO {KEEPER}")
        for table in sorted(every - set(TABLES)):
            rights = "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
            cursor.execute(f"GRANT {rights} ON {table} TO {server}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {server}")
        cursor.execute(f"REVOKE ALL ON SEQUENCE concealed_slot_id_seq FROM {server}")
        cursor.execute(
            f"GRANT UPDATE (old, old_absent, new, new_absent, reason, withheld) "
            f"ON capture_entry TO {server}"
        )  # withholding; its trigger sees to the rest


def concealed() -> None:
    """See that the role this server runs as cannot read the concealed tables.

    Raises:
        MyotrialError: It can: as the owner of the tables, or as a superuser.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        readable = [table for table in TABLES if _readable(cursor, table)]
    if readable:
        raise MyotrialError(
            f"the server's role can read {readable[0]}: allocations are not concealed.\n"
            "Hint: let the owner of the tables divide the roles, and run the server as a role that "
            "owns nothing."
        )


def _readable(cursor: Any, table: str) -> bool:
    cursor.execute(ALLOWED, (table,))
    return bool(cursor.fetchone()[0])
