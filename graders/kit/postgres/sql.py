"""The SQL that the judge sends."""

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
    """Locks a table until the end of our transaction: everybody else waits, readers too."""
    limit = f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}s'"
    return f"{limit}; LOCK TABLE {quoted(table)} IN ACCESS EXCLUSIVE MODE"


def insert(table: str, columns: Sequence[str]) -> str:
    """Inserts the rows of a JSON array, `$1`; columns without a name take their defaults."""
    if not columns:
        return f"INSERT INTO {quoted(table)} SELECT FROM json_array_elements($1::text::json)"
    names = ", ".join(identifier(column) for column in columns)
    return (
        f"INSERT INTO {quoted(table)} ({names}) OVERRIDING SYSTEM VALUE"
        f" SELECT {names} FROM json_populate_recordset(NULL::{quoted(table)}, $1::text::json)"
    )


def create(name: str, own_server: bool, template: str = "template0") -> list[str]:
    """Creates a database that only we may enter, a copy of `template`.

    On a server of our own, files are copied instead of logged. Text sorts the same on every
    server: by its code points.
    """
    database, strategy = identifier(name), " STRATEGY FILE_COPY" if own_server else ""
    locale = " ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" if template == "template0" else ""
    return [
        f"CREATE DATABASE {database} TEMPLATE {identifier(template)}{locale}{strategy}",
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"ALTER DATABASE {database} SET timezone TO 'UTC'",
    ]


def create_learner(name: str, own_server: bool) -> list[str]:
    """Creates the learner's role, called as its database. Runs before the database is created."""
    role = identifier(name)
    member = [] if own_server else [f"GRANT {role} TO CURRENT_USER"]
    return [f"CREATE ROLE {role} LOGIN CONNECTION LIMIT {MAX_LEARNER_CONNECTIONS}", *member]


def create_statement_role(database: str, own_server: bool) -> list[str]:
    """Creates the role of the judge's own statements: the learner's rights, and TRUNCATE."""
    learner, role = identifier(database), identifier(statement_role(database))
    member = [] if own_server else [f"GRANT {role} TO CURRENT_USER"]
    return [
        f"CREATE ROLE {role} LOGIN IN ROLE {learner}",
        *member,
    ]


def allow_login(name: str) -> str:
    """Lets the learner's role enter its database."""
    return f"GRANT CONNECT ON DATABASE {identifier(name)} TO {identifier(name)}"


def statement_role(database: str) -> str:
    """The name of the role of the judge's own statements in a database."""
    return f"{database}-judge"


def set_local_role(database: str) -> str:
    """Gives up all rights but those of the judge's role, until the end of the transaction."""
    return f"SET LOCAL ROLE {identifier(statement_role(database))}; "


def reset_role(name: str, database: str, password: str) -> str:
    """Takes back whatever a role may change about itself."""
    role = identifier(name)
    return (
        f"ALTER ROLE {role} PASSWORD {literal(password)}; ALTER ROLE {role} RESET ALL;"
        f" ALTER ROLE {role} IN DATABASE {identifier(database)} RESET ALL; "
    )


def mark_complete(name: str) -> str:
    """Says of a database that it was made to the end."""
    return f"COMMENT ON DATABASE {identifier(name)} IS '{COMPLETE}'"


COMPLETE = "complete"

NAME_PREFIX = "kata_"
"""Names of all our databases and roles: this, eight hexadecimal digits, the kata; then `-` and a
number or a word, for further databases of a kata and for its other roles."""

LOCK_TIMEOUT = 5
"""Seconds to wait for another transaction to release a table."""

MAX_LEARNER_CONNECTIONS = 50
"""Connections that the learner's code may hold at the same time."""

CAPABILITIES = """
SELECT current_user::text AS user, rolsuper AS superuser,
    rolsuper OR (rolcreatedb AND rolcreaterole) AS able,
    current_setting('server_version_num')::int / 10000 AS version
FROM pg_roles WHERE rolname = current_user
"""
"""Which role we are, and what it may do."""

REVOKE_PUBLIC = """
REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC
"""
"""On our own server: keeps a learner's role out of every database but its own."""

IS_COMPLETE = f"""
SELECT shobj_description(oid, 'pg_database') = '{COMPLETE}' FROM pg_database WHERE datname = $1
"""
"""Whether a database ($1) was made to the end; no row if there is none."""

OUTDATED = f"""
SELECT datname AS name FROM pg_database
WHERE datname ~ ('^{NAME_PREFIX}[0-9a-f]{{8}}_' || $1 || '(-[a-z0-9]+)?$')
"""
"""Every database of a kata ($1), whatever its schema was."""

ROLE_EXISTS = """
SELECT true FROM pg_roles WHERE rolname = $1
"""

IN_USE = """
SELECT count(*) FROM pg_stat_activity WHERE datname = $1::text
"""
"""How many connections a database ($1) has."""

LEFT_BEHIND = f"""
SELECT d.datname AS name FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba
WHERE d.datname ~ '^{NAME_PREFIX}[0-9a-f]{{8}}_' AND r.rolname = current_user AND NOT EXISTS (
    SELECT FROM pg_stat_activity a
    WHERE a.application_name = $1::text || split_part(d.datname, '_', 2))
"""
"""The databases of runs that have no connection any more. A run's connections are known by their
application name: $1, followed by the digits of the run."""

_OUR_SCHEMAS = "nspname !~ '^pg_' AND nspname <> 'information_schema'"

GRANTS = f"""
SELECT string_agg(format(
    'REVOKE ALL ON SCHEMA %1$I FROM PUBLIC; GRANT USAGE ON SCHEMA %1$I TO %2$I;
     GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %1$I TO %2$I;
     GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %1$I TO %2$I;', nspname, $1::text), ' ')
FROM pg_namespace WHERE {_OUR_SCHEMAS}
"""
"""The statements that let a role ($1) use rows and sequences, and nothing else."""

GRANT_TRUNCATE = f"""
SELECT string_agg(format('GRANT TRUNCATE ON ALL TABLES IN SCHEMA %1$I TO %2$I;
    GRANT UPDATE ON ALL SEQUENCES IN SCHEMA %1$I TO %2$I;', nspname, $1::text), ' ')
FROM pg_namespace WHERE {_OUR_SCHEMAS}
"""
"""The statements that let a role ($1) empty tables and set sequences."""

_EVERY_TABLE = f"""
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE {_OUR_SCHEMAS} AND relkind = 'r'
"""

_RESTART_SEQUENCES = """
SELECT string_agg(format('SELECT setval(%L, %s, false);',
    format('%I.%I', schemaname, sequencename), start_value), ' ')
FROM pg_sequences
"""

EMPTY_AS_SUPERUSER = f"""
SELECT concat_ws(' ', 'SET session_replication_role = replica;',
    'SELECT lo_unlink(oid) FROM pg_largeobject_metadata;',
    (SELECT string_agg(format('DELETE FROM ONLY %s;', c.oid::regclass), ' ') {_EVERY_TABLE}),
    ({_RESTART_SEQUENCES}), 'RESET session_replication_role;')
"""
"""The statements that empty a database, for a superuser, who may switch triggers and foreign keys
off. DELETE is five times faster than TRUNCATE then, which makes new files."""

EMPTY = f"""
SELECT concat_ws(' ', 'SELECT lo_unlink(oid) FROM pg_largeobject_metadata;',
    (SELECT 'TRUNCATE ' || string_agg(c.oid::regclass::text, ', ') || ';' {_EVERY_TABLE}),
    ({_RESTART_SEQUENCES}))
"""
"""The statements that empty a database, for a role that is not a superuser."""

SELECT_ORDERED = """
SELECT format('SELECT * FROM %s', $1::text::regclass) || coalesce(' ORDER BY ' || string_agg(
    quote_ident(attname) || CASE WHEN EXISTS (
        SELECT FROM pg_opclass JOIN pg_am am ON am.oid = opcmethod
        WHERE amname = 'btree' AND opcdefault AND opcintype = atttypid)
      OR typtype IN ('e', 'd') OR typname IN ('varchar', 'bpchar') OR typcategory = 'A'
    THEN '' ELSE '::text' END, ', ' ORDER BY attnum), '')
FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped
"""
"""The statement that reads a table ($1), ordered by all columns; types without an order are ordered
by their text."""

MOVE_SEQUENCES = """
SELECT string_agg(format(
    'SELECT setval(%1$L, max(%2$I)) FROM %3$s HAVING max(%2$I) >= (SELECT last_value FROM %1$s);',
    pg_get_serial_sequence($1, attname), attname, $1::text::regclass), ' ')
FROM pg_attribute
WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped
  AND pg_get_serial_sequence($1, attname) IS NOT NULL
"""
"""The statements that move a table's ($1) sequences past the values of its rows."""

TERMINATE_BACKENDS = """
SELECT count(*) FROM (
    SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE usename = ANY($1::text[]) OFFSET 0
) AS ended
"""
"""Ends the connections of roles ($1); says how many there were."""

WAITING_FOR_LOCKS = """
SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE NOT l.granted AND a.usename = $1::text
"""
"""How many connections of a role ($1) wait for a lock."""
