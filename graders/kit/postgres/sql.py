"""What the judge asks PostgreSQL, as SQL."""

from __future__ import annotations

from collections.abc import Sequence


def identifier(name: str) -> str:
    """A name, quoted."""
    return '"' + name.replace('"', '""') + '"'


def quoted(table: str) -> str:
    """A table's name, quoted; `schema.table` where it holds a dot."""
    return ".".join(identifier(part) for part in table.split(".", 1))


def literal(text: str) -> str:
    """A string, quoted, whatever `standard_conforming_strings` says."""
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def lock(table: str) -> str:
    """Everybody else waits, readers too, until the end of our transaction."""
    limit = f"SET LOCAL lock_timeout = '{LOCK}s'"
    return f"{limit}; LOCK TABLE {quoted(table)} IN ACCESS EXCLUSIVE MODE"


def insert(table: str, columns: Sequence[str]) -> str:
    """Inserts the rows of a JSON array, `$1`; columns that are not named take their defaults."""
    if not columns:
        return f"INSERT INTO {quoted(table)} SELECT FROM json_array_elements($1::text::json)"
    names = ", ".join(identifier(column) for column in columns)
    return (
        f"INSERT INTO {quoted(table)} ({names}) OVERRIDING SYSTEM VALUE"
        f" SELECT {names} FROM json_populate_recordset(NULL::{quoted(table)}, $1::text::json)"
    )


def create(name: str, own: bool) -> list[str]:
    """A database and a role of the same name, that may enter it. `own`: the server is for us alone.

    Text sorts alike on every server: by its code points.
    """
    database, strategy = identifier(name), " STRATEGY FILE_COPY" if own else ""
    return [
        f"CREATE ROLE {database} LOGIN CONNECTION LIMIT {CONNECTIONS}",
        *([] if own else [f"GRANT {database} TO CURRENT_USER"]),
        f"CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8'"
        f" LC_COLLATE 'C' LC_CTYPE 'C'{strategy}",
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {database}",
        f"ALTER DATABASE {database} SET timezone TO 'UTC'",
    ]


def role_anew(name: str, password: str) -> str:
    """Takes back whatever a role may change about itself."""
    role = identifier(name)
    return (
        f"ALTER ROLE {role} PASSWORD {literal(password)};"
        f" ALTER ROLE {role} RESET ALL; ALTER ROLE {role} IN DATABASE {role} RESET ALL; "
    )


def complete(name: str) -> str:
    """Says of a database that all of it is there."""
    return f"COMMENT ON DATABASE {identifier(name)} IS '{COMPLETE}'"


COMPLETE = "complete"

MARK = "kata_"
"""Every database and role of ours is called so; eight hexadecimal digits follow, then the kata."""

LOCK = 5
"""Seconds to wait for somebody else to let go of a table."""

CONNECTIONS = 50
"""How many the learner's code may hold at once."""

ABILITIES = """
SELECT current_user::text AS user, rolsuper AS superuser,
    rolsuper OR (rolcreatedb AND rolcreaterole) AS able,
    current_setting('server_version_num')::int / 10000 AS version
FROM pg_roles WHERE rolname = current_user
"""
"""Who we are, and what we may do."""

CLOSE_DOORS = """
REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC
"""
"""On our own server: no way for a learner's role into a database that is not theirs."""

MADE = f"""
SELECT shobj_description(oid, 'pg_database') = '{COMPLETE}' FROM pg_database WHERE datname = $1
"""
"""Is there such a database ($1), complete?"""

OUTDATED = f"""
SELECT datname AS name FROM pg_database WHERE datname ~ ('^{MARK}[0-9a-f]{{8}}_' || $1 || '$')
"""
"""Every database of a kata ($1), whatever its schema was."""

ABANDONED = f"""
SELECT d.datname AS name FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba
WHERE d.datname ~ '^{MARK}[0-9a-f]{{8}}_' AND r.rolname = current_user AND NOT EXISTS (
    SELECT FROM pg_stat_activity a
    WHERE a.application_name = $1::text || split_part(d.datname, '_', 2))
"""
"""The databases of runs that have no connection any more; theirs begin with a label ($1)."""

_OWN = "nspname !~ '^pg_' AND nspname <> 'information_schema'"

GRANTS = f"""
SELECT string_agg(format(
    'REVOKE ALL ON SCHEMA %1$I FROM PUBLIC; GRANT USAGE ON SCHEMA %1$I TO %2$I;
     GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %1$I TO %2$I;
     GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %1$I TO %2$I;', nspname, $1::text), ' ')
FROM pg_namespace WHERE {_OWN}
"""
"""The statements that let a role ($1) use rows and sequences, and nothing else."""

_EVERY_TABLE = f"""
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE {_OWN} AND relkind = 'r'
"""

_RESTART = """
SELECT string_agg(format('SELECT setval(%L, %s, false);',
    format('%I.%I', schemaname, sequencename), start_value), ' ')
FROM pg_sequences
"""

WIPE = f"""
SELECT concat_ws(' ', 'SET session_replication_role = replica;',
    'SELECT lo_unlink(oid) FROM pg_largeobject_metadata;',
    (SELECT string_agg(format('DELETE FROM ONLY %s;', c.oid::regclass), ' ') {_EVERY_TABLE}),
    ({_RESTART}), 'RESET session_replication_role;')
"""
"""The statements that empty a database. Five times faster than TRUNCATE, which makes new files;
no trigger or foreign key is asked, for which one has to be a superuser."""

TRUNCATE = f"""
SELECT concat_ws(' ', 'SELECT lo_unlink(oid) FROM pg_largeobject_metadata;',
    (SELECT 'TRUNCATE ' || string_agg(c.oid::regclass::text, ', ') || ';' {_EVERY_TABLE}),
    ({_RESTART}))
"""
"""The same for a role that is not a superuser."""

SELECT = """
SELECT format('SELECT * FROM %s', $1::text::regclass) || coalesce(' ORDER BY ' || string_agg(
    quote_ident(attname) || CASE WHEN EXISTS (
        SELECT FROM pg_opclass JOIN pg_am am ON am.oid = opcmethod
        WHERE amname = 'btree' AND opcdefault AND opcintype = atttypid)
      OR typtype IN ('e', 'd') OR typname IN ('varchar', 'bpchar') OR typcategory = 'A'
    THEN '' ELSE '::text' END, ', ' ORDER BY attnum), '')
FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped
"""
"""The statement that reads a table ($1), ordered by all columns; by its text where a type has no
order."""

MOVE_SEQUENCES = """
SELECT string_agg(format(
    'SELECT setval(%1$L, max(%2$I)) FROM %3$s HAVING max(%2$I) >= (SELECT last_value FROM %1$s);',
    pg_get_serial_sequence($1, attname), attname, $1::text::regclass), ' ')
FROM pg_attribute
WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped
  AND pg_get_serial_sequence($1, attname) IS NOT NULL
"""
"""The statements that move a table's ($1) sequences past the values of its rows."""

END_BACKENDS = """
SELECT count(*) FROM (
    SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1::text OFFSET 0
) AS ended
"""
"""Ends a role's ($1) connections; says how many there were."""

WAITING = """
SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE NOT l.granted AND a.usename = $1::text
"""
"""How many connections of a role ($1) wait for a lock."""
