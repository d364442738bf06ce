"""Row-level security, as PostgreSQL's catalogue and a connection without our code tell it."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.postgres.privileges import SYSTEM_READS, SYSTEM_WRITES
from adapters.postgres.tenancy import GLOBAL, gaps
from tests.adapters.postgres.every_table import (
    ADA,
    FOLK,
    NOBODY,
    PERSONS,
    ROCK,
    Connection,
    add_row,
    as_application,
    key_of,
    seen,
    tenant_tables,
    two_tenants,
)
from tests.beyond import superuser_engine

WRITTEN_ONCE = ("event_log", "audit_blocks")
"""Nobody who serves changes them."""
READ_BY_THE_PUBLIC = {"venues", "ticket_type_draws", "allotment_counters"}
"""Whatever is in them; of events and ticket types what was published."""


@pytest.fixture
def tenants(owner_connection: Connection, emptied: None) -> Iterator[Connection]:
    with two_tenants(owner_connection) as connection:
        yield connection


async def test_the_policies_are_whole_and_bind_the_role_that_serves(engine: AsyncEngine) -> None:
    """TN-06."""
    async with engine.connect() as connection:
        assert await gaps(connection) == ([], [])


async def test_a_role_that_no_policy_binds_is_told(
    engine: AsyncEngine, database_urls: tuple[str, str]
) -> None:
    async with superuser_engine(engine).connect() as connection:
        assert (await gaps(connection)).role == [
            f"{superuser_engine(engine).url.username} is a superuser, whom no policy binds"
        ]
        await connection.execute(text("set session authorization tixmo_owner"))
        assert (await gaps(connection)).role == [
            "tixmo_owner owns the tables",
            "tixmo_owner may not become tixmo_system",
        ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("alter table orders no force row level security", "orders: row-level security"),
        ("alter table orders disable row level security", "orders: row-level security"),
        ("drop policy tenant on orders", "orders: no policy"),
        ("create policy loose on orders for insert with check (true)", "orders: policy loose lets"),
        ("create table forgotten (organization_id uuid)", "forgotten: row-level security"),
        ("alter table sessions add column organization_ids uuid[]", "sessions: names an org"),
        ("alter table users add column seller_organisation uuid", "users: names an organisation"),
        ("alter table users add column house uuid references organizations", "users: names an"),
        ("create view orders_of_all as select * from orders", "orders_of_all: this view"),
        (
            "create function peek() returns bigint security definer language sql"
            " as 'select count(*) from orders'",
            "peek: this function",
        ),
    ],
)
async def test_each_gap_is_found(engine: AsyncEngine, change: str, told: str) -> None:
    async with superuser_engine(engine).connect() as connection:
        before = await gaps(connection)
        await connection.execute(text(change))
        found = await gaps(connection)
        await connection.rollback()

    assert before.schema == []
    assert any(line.startswith(told) for line in found.schema), found.schema


async def test_a_role_that_is_the_system_all_the_time_is_told(engine: AsyncEngine) -> None:
    async with superuser_engine(engine).connect() as connection:
        await connection.execute(text("create role tixmo_careless login inherit"))
        await connection.execute(text("grant tixmo_system to tixmo_careless"))
        await connection.execute(text("set local session authorization tixmo_careless"))
        found = await gaps(connection)
        await connection.rollback()

    assert found.role == ["tixmo_careless is tixmo_system all the time: let it not inherit"]


_BY_TABLE = {"select", "delete"}


def test_the_system_has_the_columns_of_the_list_and_no_other(owner_connection: Connection) -> None:
    """TN-08."""
    reads: set[tuple[str, str]] = set()
    writes: set[tuple[str, str]] = set()
    for table, column, privilege in owner_connection.execute(
        "select table_name, column_name, privilege_type from information_schema.column_privileges"
        " where grantee = 'tixmo_system' and table_schema = 'public'"
    ):
        (reads if privilege == "SELECT" else writes).add((table, column))
    listed = {(table, name) for table, names in SYSTEM_READS.items() for name in names.split()}
    whole = {table for table, privileges in SYSTEM_WRITES.items() if "select" in privileges}

    assert {(table, name) for table, name in reads if table not in whole} == listed
    assert {table for table, _ in writes} == {
        table for table, privileges in SYSTEM_WRITES.items() if set(privileges) - _BY_TABLE
    }
    deletes = owner_connection.execute(
        "select table_name from information_schema.table_privileges"
        " where grantee = 'tixmo_system' and privilege_type = 'DELETE'"
    ).fetchall()
    assert {table for (table,) in deletes} == {
        table for table, privileges in SYSTEM_WRITES.items() if "delete" in privileges
    }
    of_tenants = {pair for pair in writes if pair[0] not in GLOBAL}
    whole_rows = {"audit_blocks", "oauth_grants", "support_visits"}
    assert {pair for pair in of_tenants if pair[0] not in whole_rows} == {("event_log", "position")}


def test_without_a_scope_nothing_is_seen(tenants: Connection) -> None:
    """TN-05: unset, and as a finished transaction leaves it."""
    for settings in ((), ("app.scope", "app.organization_ids", "app.person_id")):
        for table in tenant_tables(tenants):
            with tenants.transaction(force_rollback=True):
                for name in settings:
                    tenants.execute("select set_config(%s, '', true)", (name,))
                tenants.execute("set local role tixmo_app")
                try:
                    assert seen(tenants, table) == [], table
                except (psycopg.DataError, psycopg.errors.UndefinedObject):
                    continue


def test_an_organisation_sees_its_own_rows_in_every_table(tenants: Connection) -> None:
    """TN-06, each table there is."""
    tables = tenant_tables(tenants)
    for table in tables:
        with as_application(tenants, "organizations", ROCK):
            assert seen(tenants, table) == [ROCK], table
        with as_application(tenants, "organizations", ROCK, FOLK):
            assert seen(tenants, table) == [ROCK, FOLK], table
        with as_application(tenants, "organizations"):
            assert seen(tenants, table) == [], table
    assert len(tables) > 20


def test_an_organisation_changes_its_own_rows_alone(tenants: Connection) -> None:
    for table in tenant_tables(tenants):
        if table in WRITTEN_ONCE:
            continue
        key = key_of(table)
        with as_application(tenants, "organizations", ROCK):
            changed = tenants.execute(f"update {table} set {key} = {key}")
            gone = tenants.execute(f"delete from {table}")
            assert (changed.rowcount, gone.rowcount) == (1, 1), table
        for statement in ("insert", f"update {table} set {key} = '{FOLK}'"):
            with (
                as_application(tenants, "organizations", ROCK),
                pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
            ):
                if statement == "insert":
                    add_row(tenants, table, FOLK)
                else:
                    tenants.execute(statement)


def test_a_person_sees_what_is_theirs_wherever_they_bought(tenants: Connection) -> None:
    for table, column in PERSONS.items():
        add_row(tenants, table, FOLK, **{column: ADA})
    for table in tenant_tables(tenants):
        with as_application(tenants, "person", person=ADA):
            expected = [FOLK] if table in {*PERSONS, "organizations"} else []
            assert seen(tenants, table) == expected, table
        with as_application(tenants, "person", person=uuid4()):
            assert seen(tenants, table) == [], table


def test_a_person_sees_what_their_orders_are_about_and_writes_none_of_it(
    tenants: Connection,
) -> None:
    about: dict[str, Any] = {"id": uuid4()}
    event = {"event_id": uuid4()}
    for table, chosen in {
        "orders": {**about, **event, "buyer_id": ADA},
        "order_lines": {"order_id": about["id"]},
        "tickets": {**about, **event, "ticket_type_id": about["id"], "holder_id": ADA},
        "admissions": {"ticket_id": about["id"]},
        "payments": {**about, "payer_id": ADA},
        "refunds": {"payment_id": about["id"]},
        "events": {"id": event["event_id"]},
        "ticket_types": about,
    }.items():
        add_row(tenants, table, FOLK, **chosen)
        with as_application(tenants, "person", person=ADA):
            assert seen(tenants, table) == [FOLK], table
            assert tenants.execute(f"delete from {table}").rowcount == 0


def test_the_public_sees_what_was_published(tenants: Connection) -> None:
    published = {"intent": "published", "visibility": "public"}
    shown, cancelled = uuid4(), uuid4()
    add_row(tenants, "events", FOLK, id=shown, **published)
    add_row(tenants, "events", ROCK, id=cancelled, intent="cancelled", visibility="unlisted")
    add_row(tenants, "events", ROCK, intent="published", visibility="private")
    add_row(tenants, "ticket_types", FOLK, event_id=shown, status="active")
    add_row(tenants, "ticket_types", FOLK, event_id=shown, status="hidden")
    add_row(tenants, "ticket_types", ROCK, event_id=cancelled, status="active")

    for table in tenant_tables(tenants):
        with as_application(tenants, "public"):
            match table:
                case "events" | "ticket_types":
                    assert seen(tenants, table) == [FOLK], table
                case _ if table in READ_BY_THE_PUBLIC:
                    assert seen(tenants, table) == [ROCK, FOLK], table
                case _:
                    assert seen(tenants, table) == [], table
            if table not in WRITTEN_ONCE:
                assert tenants.execute(f"delete from {table}").rowcount == 0


def test_who_serves_becomes_the_system_only_by_a_step(tenants: Connection) -> None:
    with as_application(tenants, "system", person=NOBODY):
        assert seen(tenants, "orders") == []
        tenants.execute("set local role tixmo_system")
        assert seen(tenants, "orders") == [ROCK, FOLK]
        for statement in (
            "select buyer_name from orders",
            "select password_hash from users",
            "select client_secret from payments",
            "update orders set status = 'paid'",
            "update event_log set payload = '{}'",
        ):
            with (
                pytest.raises(psycopg.errors.InsufficientPrivilege),
                tenants.transaction(),
            ):
                tenants.execute(statement)


def test_a_visit_is_told_to_whoever_has_all_its_organisations_and_to_its_two_people(
    tenants: Connection,
) -> None:
    visitor, bob = uuid4(), uuid4()
    for told in ([], [ROCK, FOLK]):
        tenants.execute(
            "insert into support_visits (id, user_id, visitor_id, reason, organization_ids,"
            " started_at, ends_at, version) values (%s, %s, %s, 'Why', %s, now(), now(), 1)",
            (uuid4(), ADA, visitor, told),
        )
    for count, owners, person in (
        *((0, (), NOBODY), (0, (ROCK,), NOBODY), (0, (), bob)),
        *((1, (ROCK, FOLK), NOBODY), (2, (), ADA), (2, (), visitor)),
    ):
        with as_application(tenants, "organizations", *owners, person=person):
            seen_of_it = tenants.execute("select count(*) from support_visits").fetchone()
            assert seen_of_it == (count,), (owners, person)


@pytest.mark.parametrize(
    "change",
    [
        "update support_visits set reason = 'None of yours'",
        "delete from support_visits",
        "update alembic_version set version_num = '0001'",
        "delete from alembic_version",
        "insert into alembic_version values ('9999')",
    ],
)
def test_who_serves_does_not_write(tenants: Connection, change: str) -> None:
    with (
        as_application(tenants, "person", person=ADA),
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"),
    ):
        tenants.execute(change)


def test_a_person_takes_back_what_they_allowed_and_nothing_else(tenants: Connection) -> None:
    add_row(tenants, "oauth_grants", FOLK, user_id=ADA)
    with as_application(tenants, "person", person=ADA):
        assert tenants.execute("update oauth_grants set ended_at = now()").rowcount == 1
    with as_application(tenants, "person", person=uuid4()):
        assert tenants.execute("delete from oauth_grants").rowcount == 0
