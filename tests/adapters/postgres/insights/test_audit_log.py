"""Every change is in the log with who made it, and nobody rewrites the log unnoticed."""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from adapters.postgres.database import Database
from adapters.postgres.insights.audit_queries import PostgresAuditQueries
from application.insights.queries import AuditCheckView
from application.shared.scope import organizations
from domain.shared.ids import OrganizationId
from tests.adapters.postgres.test_sealer import seal_all
from tests.conftest import VirtualClock
from tests.http.repeating import A_CODE, A_VENUE, World, a_world

Client = AsyncTestClient[Litestar]
Connection = psycopg.Connection[Any]

NOT_AUDITED = {
    # The sale: its domain events are the record.
    *("orders", "order_lines", "tickets", "payments", "refunds", "stock_movements", "carts"),
    *("waiting_list_entries", "scans", "admissions", "ticket_type_draws"),
    # Made with what they count, and never changed; their counters are looked at.
    "allotments",
    # The log itself, and what has nothing to do with anybody's wishes.
    *("event_log", "audit_blocks", "deliveries", "idempotency_records", "provider_events"),
    # Sign-ins: shown to their person, who ends them; and those that are under way.
    *("sessions", "login_flows", "spent_challenges"),
    # They come and go with keys and clients, which are; consents are shown to their person.
    *("credentials", "oauth_grants"),
    # How people are written to and what they prefer is theirs; guesses are counted and forgotten.
    *("account_links", "user_preferences", "registrations", "attempts", "familiar_networks"),
    # Its domain events are the record.
    "support_visits",
    "alembic_version",
}
"""Everything else is."""


@pytest.fixture
def world_of(client: Client, clock: VirtualClock) -> Any:
    return a_world(client, clock)


async def entries(world: World, query: str = "") -> list[Any]:
    path = f"/organizations/{world.organization}/audit-log?limit=100{query}"
    found: list[Any] = (await world.ask("GET", path, world.promoter))["items"]
    return found


async def test_a_change_is_told_with_before_and_after_and_by_whom(
    world_of: Any, client: Client
) -> None:
    world: World = await world_of
    venue = await world.ask("POST", "/venues", world.promoter, A_VENUE | world.of_mine)
    await world.ask("PATCH", f"/venues/{venue['id']}", world.promoter, {"capacity": 901})
    me = await world.ask("GET", "/auth/me", world.promoter)

    changed, made = await entries(world, f"&entity=venue&entityId={venue['id']}")

    assert (changed["action"], changed["entity"]) == ("venue.updated", "venue")
    assert (changed["before"], changed["after"]) == ({"capacity": 900}, {"capacity": 901})
    assert changed["actor"] == {
        "kind": "person", "id": me["id"], "name": "Ada Byron", "asUser": None,
    }  # fmt: skip
    assert changed["requestId"]
    assert changed["ip"]
    assert made["action"] == "venue.created"
    assert made["before"] == {}
    assert made["after"]["name"] == "Moody Hall"


async def test_removing_something_is_told(world_of: Any) -> None:
    world: World = await world_of
    code = await world.ask("POST", "/promo-codes", world.promoter, A_CODE | world.of_mine)
    await world.ask("DELETE", f"/promo-codes/{code['id']}", world.promoter)

    (removed, *_) = await entries(world, "&entity=promo_code")

    assert removed["action"] == "promo_code.deleted"
    assert removed["before"]["code"] == "EARLY10"
    assert removed["after"] == {}


async def test_what_happened_to_orders_stands_between(world_of: Any) -> None:
    world: World = await world_of
    order = await world.order()

    (placed,) = await entries(world, f"&entity=order&entityId={order['id']}")

    assert placed["action"] == "order.placed"
    assert placed["facts"] == {"eventId": world.event}


async def test_names_are_those_of_the_wire_and_what_is_hashed_stays(
    world_of: Any, postgres: Database, owner_connection: Connection
) -> None:
    world: World = await world_of
    own = {"metadata": {"seat_map": {"row_a": 1}}}
    address = A_VENUE["address"] | {"postalCode": "78701"}
    body = A_VENUE | own | {"address": address} | world.of_mine
    venue = await world.ask("POST", "/venues", world.promoter, body)
    await _sealed(world, postgres, owner_connection)

    (made,) = await entries(world, f"&entity=venue&entityId={venue['id']}")

    assert made["after"]["address"]["postalCode"] == "78701"
    assert made["after"]["createdAt"]
    assert made["after"]["metadata"] == own["metadata"]  # Its names are the client's.
    kept = owner_connection.execute(
        "select payload -> 'after' from event_log where aggregate_id = %s", [venue["id"]]
    ).fetchone()
    assert kept is not None
    assert {"created_at", "organization_id"} <= set(kept[0])
    assert (await _checked(postgres, world)).is_intact


async def test_secrets_and_personal_data_are_named_and_not_kept(
    world_of: Any, owner_connection: Connection
) -> None:
    world: World = await world_of
    key = (await world.scanner())["apiKey"]
    (registered,) = await entries(world, "&entity=scanner")

    assert registered["after"]["keyHash"] == "(secret)"
    kept = owner_connection.execute("select string_agg(payload::text, ' ') from event_log")
    (told,) = kept.fetchone() or ("",)
    for secret in (key, "promoter@example.com", "argon2"):
        assert secret not in told


async def test_using_something_is_no_change(world_of: Any) -> None:
    world: World = await world_of
    scanner = await world.scanner()
    await world.ask("POST", "/scanners/auth", "", {"apiKey": scanner["apiKey"]})
    await world.order()

    actions = [entry["action"] for entry in await entries(world)]

    assert "scanner.updated" not in actions
    assert "allotment_counter.updated" not in actions


async def test_a_capacity_that_somebody_changes_is_one(world_of: Any) -> None:
    world: World = await world_of
    path = f"/events/{world.event}/ticket-types/{world.ticket_type}"
    await world.ask("PATCH", path, world.promoter, {"quantity": 9})

    (changed,) = await entries(world, f"&entity=allotment_counter&entityId={world.ticket_type}")

    assert (changed["before"], changed["after"]) == ({"capacity": 10}, {"capacity": 9})


async def test_the_list_goes_on_and_is_narrowed(world_of: Any) -> None:
    world: World = await world_of
    path = f"/organizations/{world.organization}/audit-log"
    first = await world.ask("GET", f"{path}?limit=2", world.promoter)
    rest = await world.ask("GET", f"{path}?cursor={first['nextCursor']}", world.promoter)
    everything = await entries(world)

    assert first["items"] + rest["items"] == everything
    assert await entries(world, f"&actorId={uuid4()}") == []
    assert await entries(world, "&to=2020-01-01") == []
    assert await entries(world, "&from=2020-01-01") == everything


def test_all_that_people_change_is_audited(owner_connection: Connection) -> None:
    audited = owner_connection.execute(
        "select tgrelid::regclass::text from pg_trigger where tgname = 'audited'"
    ).fetchall()
    tables = owner_connection.execute(
        "select tablename from pg_tables where schemaname = 'public'"
        " and tablename not like 'procrastinate%'"
    ).fetchall()

    assert {name for (name,) in tables} - NOT_AUDITED == {name for (name,) in audited}


def test_the_application_cannot_rewrite_the_log(
    database_urls: tuple[str, str], owner_connection: Connection
) -> None:
    role = owner_connection.execute("select 1 from pg_roles where rolname = 'tixmo_app'")
    assert role.fetchone(), "The suites run as the application's role."
    with psycopg.connect(database_urls[0], autocommit=True) as application:
        for statement in (
            "delete from event_log",
            "update event_log set payload = '{}'",
            "delete from audit_blocks",
            "update audit_blocks set hash = hash",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(statement)


async def _sealed(world: World, postgres: Database, connection: Connection) -> None:
    left = connection.execute("select count(*) from event_log where position is null").fetchone()
    await seal_all(postgres, left[0] if left else 0)
    await world.ask("POST", "/venues", world.promoter, A_VENUE | world.of_mine)
    await seal_all(postgres, 1)


async def _checked(postgres: Database, world: World, first_block: int = 1) -> AuditCheckView:
    house = OrganizationId(UUID(world.organization))
    scope = organizations([house])
    return await PostgresAuditQueries(postgres).check_audit_log(scope, house, first_block)


async def test_an_untouched_chain_is_intact(
    world_of: Any, postgres: Database, owner_connection: Connection
) -> None:
    world: World = await world_of
    await _sealed(world, postgres, owner_connection)

    checked = await _checked(postgres, world)
    told = await world.ask(
        "GET", f"/organizations/{world.organization}/audit-log/check", world.promoter
    )

    assert checked.is_intact
    assert (checked.first_block, checked.broken_block, checked.next_block) == (1, None, None)
    assert (checked.last_block or 0) >= 2
    assert checked.entries == len(await entries(world))
    rest = await _checked(postgres, world, 2)
    assert (rest.is_intact, rest.first_block, rest.head) == (True, 2, checked.head)
    assert told["head"] == checked.head
    assert (await entries(world))[0]["block"] == checked.last_block


@pytest.mark.parametrize(
    "forgery",
    [
        'update event_log set payload = \'{"table": "venues", "before": {}, "after": {}}\''
        " where id = (select max(id) from event_log)",
        "update event_log set origin = null where id = (select min(id) from event_log"
        " where origin is not null and organization_id <> '00000000-0000-0000-0000-000000000000')",
        "update event_log set recorded_at = recorded_at - interval '1 second'",
        "delete from event_log where id = (select max(id) from event_log)",
        "delete from audit_blocks where number = 1",
        "update audit_blocks set entries = entries + 1",
        "update audit_blocks set hash = sha256('') where number = 1",
    ],
)
async def test_whoever_owns_the_database_cannot_rewrite_it_unnoticed(
    forgery: str, world_of: Any, postgres: Database, owner_connection: Connection
) -> None:
    world: World = await world_of
    await _sealed(world, postgres, owner_connection)

    owner_connection.execute(forgery)

    assert not (await _checked(postgres, world)).is_intact
