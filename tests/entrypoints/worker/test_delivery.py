"""Deliveries: each event on its own, again only what failed, and at last a dead letter."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from adapters.postgres.database import Database
from adapters.postgres.transaction import PostgresTransaction
from application.shared.scope import organizations
from application.subscriptions import Subscriber
from domain.sales.events import OrderPaid
from domain.shared.aggregate import DomainEvent
from domain.shared.ids import EventId, OrganizationId
from entrypoints.container import Container
from entrypoints.worker.delivery import ATTEMPTS_MAX, Deliver, DeliveryFailed, pause_after
from tests.beyond import all_rows

NAME = "messaging.on_order_paid"

ORGANIZATION = OrganizationId(UUID(int=1))


def paid(number: int) -> OrderPaid:
    return OrderPaid(
        organization_id=ORGANIZATION,
        aggregate_id=UUID(int=number),
        at=datetime(2026, 6, 1, 12, tzinfo=UTC),
        event_id=EventId(UUID(int=3)),
    )


class Witness:
    """A subscriber that remembers whom it was told of, and fails for some."""

    def __init__(self, *failing: int) -> None:
        self.told: list[DomainEvent] = []
        self.failing = {UUID(int=number) for number in failing}

    async def __call__(self, event_id: int, event: DomainEvent) -> None:
        if event.aggregate_id in self.failing:
            raise ValueError("not this one")
        self.told.append(event)


async def three_sealed_events(postgres: Database) -> list[int]:
    """Their positions, which are not their numbers."""
    async with postgres.beginner(PostgresTransaction)(organizations([ORGANIZATION])) as tx:
        tx.announce_events([paid(1), paid(2), paid(3)])
    async with all_rows(postgres) as connection:
        await connection.execute(text("update event_log set position = id + 100"))
    return [101, 102, 103]


def delivering(container: Container, **subscribers: Subscriber) -> Deliver:
    named = {name.replace("__", "."): call for name, call in subscribers.items()}
    return Deliver(container.core.database(), container.core.jobs(), named)


async def waiting(postgres: Database) -> list[Any]:
    query = text(
        "select args, extract(epoch from scheduled_at - now()) as pause from procrastinate_jobs"
    )
    async with all_rows(postgres) as connection:
        return list((await connection.execute(query)).all())


async def test_a_subscriber_is_told_of_every_event_in_order(
    postgres: Database, container: Container
) -> None:
    positions = await three_sealed_events(postgres)
    witness = Witness()

    await delivering(container, messaging__on_order_paid=witness)(NAME, positions)

    assert witness.told == [paid(1), paid(2), paid(3)]
    assert await waiting(postgres) == []


async def test_one_failure_does_not_stop_the_others_and_is_alone_tried_again(
    postgres: Database, container: Container
) -> None:
    positions = await three_sealed_events(postgres)
    witness = Witness(2)

    await delivering(container, messaging__on_order_paid=witness)(NAME, positions)

    assert witness.told == [paid(1), paid(3)]
    (job,) = await waiting(postgres)
    assert job.args == {"subscriber": NAME, "positions": [102], "attempt": 2}
    assert 3 <= job.pause <= 6


async def test_the_last_attempt_fails_for_good_and_says_for_what(
    postgres: Database, container: Container
) -> None:
    positions = await three_sealed_events(postgres)
    deliver = delivering(container, messaging__on_order_paid=Witness(2))

    with pytest.raises(DeliveryFailed, match="102"):
        await deliver(NAME, positions, ATTEMPTS_MAX)

    assert await waiting(postgres) == []


async def test_a_subscriber_that_this_build_does_not_have_is_tried_again(
    postgres: Database, container: Container
) -> None:
    positions = await three_sealed_events(postgres)

    await delivering(container)("sales.on_something_new", positions)

    (job,) = await waiting(postgres)
    assert job.args["positions"] == positions


def test_the_pauses_grow_from_seconds_to_hours() -> None:
    pauses = [pause_after(attempt).total_seconds() for attempt in range(1, ATTEMPTS_MAX)]

    assert pauses == sorted(pauses)
    assert pauses[0] < 6
    assert 5 * 3600 < pauses[-1] < 7 * 3600
