"""What the server's role may do in PostgreSQL, where the tables belong to another role."""

from typing import Any

__all__ = ["grant"]

ONLY = {  # all other tables: read, add, change and delete
    "capture_entry": "SELECT, INSERT",
    "capture_release": "SELECT, INSERT",
    "capture_chain": "SELECT, INSERT, UPDATE",
    "capture_item": "SELECT, INSERT, UPDATE",
    "capture_sheet": "SELECT, INSERT, UPDATE",
    "capture_act": "SELECT, INSERT, UPDATE (problems)",
    "django_migrations": "SELECT",
}
WITHHOLD = "capture_withhold(text, bigint, text, text)"
ALL = "SELECT, INSERT, UPDATE, DELETE"


def grant(owner: Any, role: str) -> None:
    """Give the server's role its rights, and no others.

    Args:
        owner: A connection of the tables' owner.
        role: The server's role; nothing is done for the owner itself.
    """
    if not role or role == owner.settings_dict["USER"]:
        return
    with owner.cursor() as cursor:
        named = owner.ops.quote_name(role)
        for table in owner.introspection.table_names(cursor):
            cursor.execute(f'REVOKE ALL ON "{table}" FROM PUBLIC, {named}')
            cursor.execute(f'GRANT {ONLY.get(table, ALL)} ON "{table}" TO {named}')
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {named}")
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        cursor.execute(f"REVOKE ALL ON FUNCTION {WITHHOLD} FROM PUBLIC")
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {WITHHOLD} TO {named}")
