"""Ticket types and what is left of them, as clients meet them."""

import asyncio
from uuid import UUID

import pytest_asyncio
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import text

from adapters.postgres.database import Database
from application.catalogue.update_ticket_type import UpdateTicketTypeCommand
from domain.shared.ids import EventId, TicketTypeId
from entrypoints.container import Container
from tests.beyond import all_rows
from tests.http.test_events import NOWHERE, Promoter, a_promoter

Client = AsyncTestClient[Litestar]


@pytest_asyncio.fixture
async def promoter(client: Client) -> Promoter:
    return await a_promoter(client, "starlight")


async def sell(postgres: Database, allotment_id: str, *, sold: int, held: int) -> None:
    async with all_rows(postgres) as connection:
        await connection.execute(
            text(
                "update allotment_counters set sold = :sold, held = :held"
                " where allotment_id = cast(:id as uuid)"
            ),
            {"id": allotment_id, "sold": sold, "held": held},
        )


async def test_a_ticket_type_is_shown_with_what_is_left(
    promoter: Promoter, client: Client, postgres: Database
) -> None:
    event_id = await promoter.plan()
    path = f"/events/{event_id}/ticket-types"

    created = await promoter.post(path, {"name": "Floor", "price": 50.00, "quantity": 10})
    ticket_type_id = created.json()["id"]
    await promoter.post(f"/events/{event_id}/publish")
    await sell(postgres, ticket_type_id, sold=3, held=2)

    view = (await client.get(f"/api/v1{path}/{ticket_type_id}")).json()
    assert created.status_code == 201, created.text
    assert created.headers["location"] == f"/api/v1{path}/{ticket_type_id}"
    assert (view["price"], view["currency"], view["isFree"]) == ("50.00", "EUR", False)
    counts = ("quantityTotal", "quantityAvailable", "quantitySold", "quantityHeld")
    assert [view[name] for name in counts] == [10, 5, 3, 2]
    assert (view["status"], view["minPerOrder"], view["maxPerOrder"]) == ("active", 1, 10)
    assert (await client.get(f"/api/v1{path}")).json() == {"items": [view], "nextCursor": None}


async def test_the_scarcest_decides_what_is_available(
    promoter: Promoter, client: Client, postgres: Database
) -> None:
    event_id = await promoter.published()
    [view] = (await client.get(f"/api/v1/events/{event_id}/ticket-types")).json()["items"]
    path = f"/api/v1/events/{event_id}/ticket-types/{view['id']}/availability"

    plenty = (await client.get(path)).json()
    await sell(postgres, event_id, sold=98, held=0)
    scarce = (await client.get(path)).json()
    await sell(postgres, event_id, sold=98, held=2)
    gone = (await client.get(path)).json()

    assert (plenty["available"], plenty["status"], plenty["isOnSale"]) == (10, "active", True)
    assert (scarce["available"], scarce["status"], scarce["isOnSale"]) == (2, "active", True)
    assert (gone["available"], gone["status"], gone["isOnSale"]) == (0, "sold_out", False)
    assert (gone["ticketTypeId"], gone["eventStatus"]) == (view["id"], "sold_out")


async def test_hidden_types_are_for_members(promoter: Promoter, client: Client) -> None:
    event_id = await promoter.published()
    hidden = await promoter.offer(event_id, name="Crew", status="HIDDEN", price=0)
    path = f"/events/{event_id}/ticket-types"

    everybody = (await client.get(f"/api/v1{path}")).json()["items"]
    members = (await promoter.get(path)).json()["items"]
    unseen = await client.get(f"/api/v1{path}/{hidden}")

    assert [item["name"] for item in everybody] == ["Floor"]
    assert {item["name"]: item["status"] for item in members} == {
        "Floor": "active",
        "Crew": "hidden",
    }
    assert (unseen.status_code, unseen.json()["code"]) == (404, "ticket_type_not_found")
    assert (await client.get(f"/api/v1{path}/{hidden}/availability")).status_code == 404


async def test_a_ticket_type_may_name_its_event_itself(promoter: Promoter) -> None:
    event_id = await promoter.plan()
    body = {"eventId": event_id, "name": "General Admission", "price": 50.00, "quantity": 1000}

    created = await promoter.post("/ticket-types", body)

    assert created.status_code == 201, created.text
    assert created.json()["eventId"] == event_id
    assert (await promoter.get(created.headers["location"].removeprefix("/api/v1"))).json() == (
        created.json()
    )


async def test_a_ticket_type_is_changed_and_deleted(promoter: Promoter, postgres: Database) -> None:
    event_id = await promoter.plan()
    kept, spare = await promoter.offer(event_id), await promoter.offer(event_id, name="VIP")
    path = f"/events/{event_id}/ticket-types"
    await sell(postgres, kept, sold=4, held=1)

    changed = await promoter.patch(f"{path}/{kept}", {"price": "60", "quantity": 5})
    too_few = await promoter.patch(f"{path}/{kept}", {"quantity": 4})
    same_name = await promoter.patch(f"{path}/{kept}", {"name": "VIP"})
    sold = await promoter.delete(f"{path}/{kept}")
    deleted = await promoter.delete(f"{path}/{spare}")
    missing = await promoter.get(f"{path}/{NOWHERE}")

    assert (changed.json()["price"], changed.json()["quantityTotal"]) == ("60.00", 5)
    assert changed.json()["status"] == "sold_out"
    assert (too_few.status_code, too_few.json()["code"]) == (409, "capacity_below_sold")
    assert (same_name.status_code, same_name.json()["code"]) == (409, "ticket_type_name_taken")
    assert (sold.status_code, sold.json()["code"]) == (409, "ticket_type_has_sales")
    assert deleted.status_code == 204
    assert (missing.status_code, missing.json()["code"]) == (404, "ticket_type_not_found")


async def test_every_edit_of_the_offer_raises_its_revision(
    promoter: Promoter, postgres: Database
) -> None:
    event_id = await promoter.plan()
    ticket_type_id = await promoter.offer(event_id)
    spare = await promoter.offer(event_id, name="Spare")
    path = f"/events/{event_id}"

    await promoter.patch(path, {"name": "Jazz"})
    await promoter.patch(f"{path}/ticket-types/{ticket_type_id}", {"price": 1})
    await promoter.delete(f"{path}/ticket-types/{spare}")
    for verb in ("publish", "unpublish", "cancel"):
        await promoter.post(f"{path}/{verb}")

    async with all_rows(postgres) as connection:
        revision = await connection.scalar(
            text("select revision from allotment_counters where allotment_id = cast(:id as uuid)"),
            {"id": event_id},
        )
        told = await connection.execute(
            text("select type from event_log where type not like 'row.%' order by id")
        )
    assert revision == 8
    assert [row.type for row in told if row.type.startswith("event.")] == [
        "event.published",
        "event.unpublished",
        "event.cancelled",
    ]


_SALE_LOCKS = text(
    "select from allotment_counters where allotment_id = cast(:id as uuid) for update"
)
_SALE_REFERS = text("select from ticket_types where id = cast(:id as uuid) for key share nowait")
_WAITING = text(
    "select count(*) from pg_stat_activity"
    " where datname = current_database() and wait_event_type = 'Lock'"
)


async def test_a_new_name_waits_for_a_sale_and_not_the_sale_for_it(
    promoter: Promoter, client: Client, container: Container, postgres: Database
) -> None:
    event_id = await promoter.published()
    [view] = (await client.get(f"/api/v1/events/{event_id}/ticket-types")).json()["items"]
    token = next(iter(promoter.headers.values())).removeprefix("Bearer ")
    actor = await container.identity.access_tokens().actor(token)
    update = container.catalogue.update_ticket_type()
    change = UpdateTicketTypeCommand(name="Standing")

    async def is_waiting() -> bool:
        async with all_rows(postgres) as connection:
            return bool((await connection.execute(_WAITING)).scalar_one())

    async with all_rows(postgres) as sale:
        await sale.execute(_SALE_LOCKS, {"id": event_id})
        renaming = asyncio.create_task(
            update(actor, EventId(UUID(event_id)), TicketTypeId(UUID(view["id"])), change)
        )
        async with asyncio.timeout(10):
            while not await is_waiting():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await sale.execute(_SALE_REFERS, {"id": view["id"]})
    await renaming

    [renamed] = (await client.get(f"/api/v1/events/{event_id}/ticket-types")).json()["items"]
    assert renamed["name"] == "Standing"
