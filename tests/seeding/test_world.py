"""The demo world: whole at whatever hour, right in its numbers, made once, never in production."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from dependency_injector import providers
from sqlalchemy import text

from application.admission.authenticate_scanner import AuthenticateScannerCommand
from application.catalogue.queries import EventFilter
from application.identity.log_in import LogInCommand
from application.identity.ports import Client
from application.identity.register_user import RegisterUserCommand
from application.shared.paging import PageRequest
from application.shared.scope import PUBLIC
from domain.catalogue.phase import Phase
from entrypoints.container import Container
from seeding.data.people import FIRST_PROMOTER, PASSWORD
from seeding.errors import ProductionRefused
from seeding.report import SeedOutcome
from seeding.world import seed
from tests.beyond import all_rows
from tests.conftest import VirtualClock

EVERYTHING = (
    "users, sessions, organizations, memberships, venues, events, ticket_types, promo_codes,"
    " orders, order_lines, tickets, payments, refunds, scanners, admissions, scans,"
    " stock_movements, allotment_counters, event_log"
).split(", ")

# What was held and sold, counted from the orders instead of the counters.
RECOUNT = """
    select c.allotment_id, c.held, c.sold,
           coalesce(sum(d.units) filter (where o.status = 'pending'), 0) as really_held,
           coalesce(sum(d.units) filter (where o.status = 'paid'), 0) as really_sold
    from allotment_counters c
    left join orders o on o.organization_id = c.organization_id and c.allotment_id = any(o.draw_ids)
    left join lateral unnest(o.draw_ids, o.draw_units) as d (id, units) on d.id = c.allotment_id
    group by c.allotment_id, c.held, c.sold
"""
ORDERS = """
    select o.number, o.status, o.total_minor,
           o.subtotal_minor - o.discount_minor + o.fees_minor + o.tax_minor as sum_minor,
           o.subtotal_minor, o.discount_minor,
           (select sum(l.quantity * l.unit_price_minor) from order_lines l
            where l.order_id = o.id) as lines_minor,
           (select sum(l.discount_minor) from order_lines l where l.order_id = o.id) as off_minor,
           (select sum(l.quantity) from order_lines l where l.order_id = o.id) as quantity,
           (select count(*) from tickets t
            where t.order_id = o.id and t.status = 'valid') as valid_tickets,
           (select coalesce(sum(p.received_minor), 0) from payments p
            where p.order_id = o.id) as received_minor,
           (select coalesce(sum(r.amount_minor), 0) from refunds r
            where r.order_id = o.id) as refunded_minor
    from orders o
"""


async def rows(container: Container, statement: str) -> list[Any]:
    async with all_rows(container.core.database()) as connection:
        return list((await connection.execute(text(statement))).all())


async def sizes(container: Container) -> dict[str, int]:
    counted = {}
    for table in EVERYTHING:
        (row,) = await rows(container, f"select count(*) as n from {table}")
        counted[table] = row.n
    return counted


async def test_nobody_is_signed_in_but_everybody_can_be(container: Container) -> None:
    report = await seed(container)

    left_open = await rows(container, "select id from sessions where revoked_at is null")
    people = {
        login.email: await container.identity.log_in()(
            LogInCommand(email=login.email, password=report.password), Client()
        )
        for login in report.logins
    }
    devices = [
        await container.admission.authenticate_scanner()(
            AuthenticateScannerCommand(api_key=one.key)
        )
        for one in report.scanner_keys
    ]

    assert left_open == []
    assert len(people) == report.counts["users"] == 10
    assert {"admin@tixmo.com", FIRST_PROMOTER, "customer1@example.com"} <= set(people)
    assert Counter(one.organization for one in report.scanner_keys) == {
        "Starlight Events": 2,
        "Underground Productions": 2,
        "The Grand Theater": 2,
    }
    assert len(devices) == report.counts["scanners"]
    assert report.scanner_keys[0].key in str(report)


@pytest.mark.parametrize(
    "present",
    [
        datetime(2026, 6, 1, 12, 0, tzinfo=UTC),
        datetime(2026, 11, 1, 5, 30, tzinfo=UTC),  # The hour that New York has twice.
        datetime(2028, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
)
async def test_events_of_every_status_are_there_at_whatever_hour(
    container: Container, clock: VirtualClock, present: datetime
) -> None:
    clock.now = present

    await seed(container)

    listed = container.catalogue.event_queries().list_events
    page = await listed(PUBLIC, EventFilter(), PageRequest())
    phases = Counter(event.status for event in page.items)
    assert phases == {
        Phase.ON_SALE: 5,
        Phase.PUBLISHED: 2,
        Phase.SOLD_OUT: 1,
        Phase.LIVE: 1,
        Phase.COMPLETED: 1,
        Phase.CANCELLED: 1,
    }
    (drafts,) = await rows(container, "select count(*) as n from events where intent = 'draft'")
    assert drafts.n == 1
    (latest,) = await rows(container, "select max(recorded_at) as at from event_log")
    assert present - timedelta(days=1) < latest.at <= present


async def test_the_books_of_the_demo_world_balance(container: Container) -> None:
    report = await seed(container)

    orders = await rows(container, ORDERS)
    counters = await rows(container, RECOUNT)
    scans = Counter((s.result, s.reason) for s in await rows(container, "select * from scans"))

    assert Counter(order.status for order in orders) == {"paid": 17, "pending": 1, "cancelled": 2}
    for order in orders:
        assert order.total_minor == order.sum_minor > 0
        assert (order.subtotal_minor, order.discount_minor) == (order.lines_minor, order.off_minor)
        is_paid = order.status == "paid"
        assert order.valid_tickets == (order.quantity if is_paid else 0)
        assert order.received_minor - order.refunded_minor == (order.total_minor if is_paid else 0)
    assert any(order.refunded_minor for order in orders)
    assert sum(order.discount_minor > 0 for order in orders) >= 5
    assert {(c.held, c.sold) == (c.really_held, c.really_sold) for c in counters} == {True}
    assert scans == {("accepted", None): 15, ("refused", "already_used"): 1}
    assert report.counts["scans"] == 16


async def test_a_second_seeding_changes_nothing_and_says_so(
    container: Container, clock: VirtualClock
) -> None:
    await seed(container)
    before = await sizes(container)
    clock.advance(timedelta(days=3))

    report = await seed(container)

    assert report.outcome is SeedOutcome.ALREADY_THERE
    assert report.scanner_keys == ()
    assert "nothing was changed" in str(report)
    assert await sizes(container) == before


async def test_an_interrupted_seeding_is_not_taken_for_a_world(container: Container) -> None:
    command = RegisterUserCommand(
        email=FIRST_PROMOTER, password=PASSWORD, first_name="Elena", last_name="Vasquez"
    )
    await container.identity.register_user()(command, Client())

    report = await seed(container)

    assert report.outcome is SeedOutcome.INTERRUPTED
    assert (await sizes(container))["users"] == 1


async def test_production_is_refused(container: Container) -> None:
    live = msgspec.structs.replace(container.settings(), env="production")
    container.settings.override(providers.Object(live))

    with pytest.raises(ProductionRefused):
        await seed(container)

    assert (await sizes(container))["users"] == 0
