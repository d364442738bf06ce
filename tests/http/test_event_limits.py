"""Whoever works for some events alone is a stranger to the others (TN-01's event axis, TN-11).

Two events of one organisation, with everything that belongs to them; a manager of the first, an
API key that is limited to it, and an application that the manager let in.
"""

from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from domain.identity.api_key import GRANTABLE
from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.http.hiring import hire
from tests.http.kept import Kept, forget
from tests.http.oauth_scene import an_app
from tests.http.repeating import A_CODE, A_VENUE, AN_EVENT, FLOOR, Json, World, a_world
from tests.http.test_the_first_sale import a_person

Client = AsyncTestClient[Litestar]
SCOPES = sorted(GRANTABLE)
WHOSE = ["a member", "a key", "an application"]


@dataclass(frozen=True)
class Side:
    """One event and all that belongs to it."""

    event: str
    ticket_type: str
    pool: str
    order: str
    payment: str
    ticket: str
    barcode: str
    scanner: str
    code: str
    place: str
    """On the waiting list."""


@dataclass(frozen=True)
class House:
    world: World
    manager: str
    """The token of somebody, or of something, that works for the first event alone."""
    own: Side
    other: Side

    async def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.manager}"}
        answer = await self.world.client.request(
            method, f"/api/v1{path}", headers=headers, json=body
        )
        is_json = "json" in answer.headers.get("content-type", "")
        return answer.status_code, answer.json() if is_json else None


async def a_side(world: World, name: str) -> Side:
    mine = world.of_mine
    event = AN_EVENT | mine | {"name": name, "startDatetime": "2026-06-01T14:30:00+02:00"}
    event = await world.ask("POST", "/events", world.promoter, event)
    path = f"/events/{event['id']}"
    kind = await world.ask("POST", f"{path}/ticket-types", world.promoter, FLOOR)
    pool = await world.ask(
        "POST", f"{path}/pools", world.promoter, {"name": "Standing", "quantity": 5}
    )
    await world.ask("POST", f"{path}/publish", world.promoter)
    items = [{"ticketTypeId": kind["id"], "quantity": 5}]
    order = await world.ask("POST", "/orders", world.buyer, {"items": items})
    intent = {"orderId": order["id"]}
    payment = await world.ask("POST", "/payments/create-intent", world.buyer, intent)
    paid = {"paymentId": payment["paymentId"], "paymentMethod": "pm_card_visa"}
    await world.ask("POST", "/payments/confirm", world.buyer, paid)
    tickets = await world.ask("GET", f"/orders/{order['id']}/tickets", world.buyer)
    waits = {"ticketTypeId": kind["id"]}
    place = await world.ask("POST", f"{path}/waiting-list", world.buyer, waits)
    scanner = {"name": name, "eventIds": [event["id"]]} | mine
    scanner = await world.ask("POST", "/scanners/register", world.promoter, scanner)
    code = A_CODE | mine | {"code": name.upper(), "applicableEvents": [event["id"]]}
    code = await world.ask("POST", "/promo-codes", world.promoter, code)
    return Side(
        event["id"],
        kind["id"],
        pool["id"],
        order["id"],
        payment["paymentId"],
        tickets["items"][0]["id"],
        tickets["items"][0]["barcode"],
        scanner["id"],
        code["id"],
        place["id"],
    )


@pytest.fixture(scope="session")
def kept_houses() -> dict[str, Kept[House]]:
    return {whose: Kept() for whose in WHOSE}


@pytest.fixture(params=WHOSE)
async def house(
    request: pytest.FixtureRequest,
    kept_houses: dict[str, Kept[House]],
    client: Client,
    clock: VirtualClock,
    container: Container,
    owner_connection: psycopg.Connection[Any],
) -> House:
    async def make() -> House:
        return await _a_house(await a_world(client, clock), container, request.param)

    kept = await kept_houses[request.param].again(owner_connection, make)
    events = [kept.world.event, kept.own.event, kept.other.event]
    forget(events, container.settings().redis_url)
    return replace(kept, world=replace(kept.world, client=client, clock=clock))


async def _a_house(world: World, container: Container, whose: str) -> House:
    own, other = await a_side(world, "Own"), await a_side(world, "Other")
    manager = await a_person(world.client, "manager@example.com")
    me = await world.ask("GET", "/auth/me", manager)
    await hire(container, world.organization, me["id"], "manager", [own.event])
    token = manager
    if whose == "a key":
        key = {"name": "Till", "scopes": SCOPES, "eventIds": [own.event]}
        path = f"/organizations/{world.organization}/api-keys"
        token = (await world.ask("POST", path, world.promoter, key))["secret"]
    elif whose == "an application":
        app = await an_app(world, scopes=SCOPES)
        token = (await app.tokens(manager, " ".join(SCOPES)))["access_token"]
    return House(world, token, own, other)


def reads(of: Side) -> list[str]:
    return [
        f"/events/{of.event}/pools",
        f"/events/{of.event}/pools/{of.pool}",
        f"/orders/{of.order}",
        f"/orders/{of.order}/tickets",
        f"/tickets/{of.ticket}",
        f"/tickets/{of.ticket}/qr-code",
        f"/payments/{of.payment}",
        f"/scanners/{of.scanner}",
        f"/promo-codes/{of.code}",
        f"/events/{of.event}/waiting-list",
        f"/waiting-list/{of.place}",
    ]


def writes(of: Side) -> list[tuple[str, str, Any]]:
    return [
        ("PATCH", f"/events/{of.event}", {"description": "New"}),
        ("PATCH", f"/events/{of.event}/ticket-types/{of.ticket_type}", {"name": "New"}),
        ("PATCH", f"/events/{of.event}/pools/{of.pool}", {"name": "New"}),
        ("PATCH", f"/promo-codes/{of.code}", {"description": "New"}),
        ("PATCH", f"/waiting-list/{of.place}", {"priority": 2}),
        ("POST", f"/orders/{of.order}/cancel", {"reason": "Rain"}),
        ("DELETE", f"/scanners/{of.scanner}", None),
        ("DELETE", f"/promo-codes/{of.code}", None),
        ("POST", f"/events/{of.event}/cancel", {"reason": "Rain"}),
    ]


LISTS = (
    "/orders?organizationId={organization}",
    "/tickets?organizationId={organization}",
    "/payments?organizationId={organization}",
    "/scanners?organizationId={organization}",
    "/scanners",
    "/scanners/logs?organizationId={organization}",
    "/scanners/logs",
    "/promo-codes?organizationId={organization}",
    "/promo-codes",
)


async def test_what_belongs_to_their_event_is_theirs(house: House) -> None:
    for path in reads(house.own):
        status, body = await house.ask("GET", path)
        assert status == 200, (path, body)
    for method, path, body in writes(house.own):
        status, answer = await house.ask(method, path, body)
        assert status < 300, (path, answer)


async def test_what_belongs_to_another_event_is_not_there(house: House) -> None:
    for path in reads(house.other):
        status, body = await house.ask("GET", path)
        assert status == 404, (path, body)
    for method, path, body in writes(house.other):
        status, answer = await house.ask(method, path, body)
        assert status == 404, (path, answer)
        assert answer["code"].endswith("_not_found"), path

    shown = await house.world.ask("GET", f"/orders/{house.other.order}", house.world.promoter)
    assert shown["status"] == "paid"


async def test_lists_show_nothing_of_another_event(house: House) -> None:
    for side in (house.own, house.other):
        scan = {"barcode": side.barcode}
        await house.world.ask("POST", "/scanners/scan", house.world.promoter, scan)

    for template in LISTS:
        path = template.format(organization=house.world.organization)
        status, body = await house.ask("GET", path)
        told = str(body)

        assert status == 200, (path, body)
        assert body["items"], path
        assert not [one for one in vars(house.other).values() if one in told], path


async def test_an_event_that_is_not_public_is_seen_by_its_own_people(house: House) -> None:
    world = house.world
    for side in (house.own, house.other):
        private = {"visibility": "private"}
        await world.ask("PATCH", f"/events/{side.event}", world.promoter, private)

    for side, status in ((house.own, 200), (house.other, 404)):
        paths = [
            f"/events/{side.event}",
            f"/events/{side.event}/ticket-types",
            f"/events/{side.event}/ticket-types/{side.ticket_type}/availability?explain=true",
            f"/ticket-types/{side.ticket_type}/availability",
            f"/events/{side.event}/waiting-room",
        ]
        for path in paths:
            answered, body = await house.ask("GET", path)
            assert answered == status, (path, body)
    listed = (await house.ask("GET", f"/events?organizationId={world.organization}"))[1]["items"]
    mine = {event["id"] for event in listed}
    assert house.own.event in mine
    assert house.other.event not in mine
    draft = await world.draft()
    path = f"/events/{draft}/ticket-types"
    kind = await world.ask("POST", path, world.promoter, FLOOR)
    order = {"items": [{"ticketTypeId": kind["id"], "quantity": 1}]}
    status, refused = await house.ask("POST", "/orders", order)
    # Keys and applications buy nothing, wherever it is.
    not_there, not_theirs = (404, "ticket_type_not_found"), (403, "person_required")
    assert (status, refused["code"]) in (not_there, not_theirs)


async def test_the_explanation_tells_whose_units_are_held_to_its_own_people(house: House) -> None:
    for side, is_told in ((house.own, True), (house.other, False)):
        path = f"/events/{side.event}/ticket-types/{side.ticket_type}/availability?explain=true"
        _, body = await house.ask("GET", path)

        told = [one["heldBy"] is not None for one in body["explanation"]["drawnOn"]]
        assert told == [is_told] * len(told), body


async def test_what_is_the_whole_organizations_is_forbidden(house: House) -> None:
    mine = house.world.of_mine
    organization = f"/organizations/{house.world.organization}"
    tries: list[tuple[str, str, Json | None]] = [
        ("POST", "/events", AN_EVENT | mine),
        ("POST", "/venues", A_VENUE | mine),
        ("POST", "/promo-codes", A_CODE | mine),
        ("POST", "/scanners/register", {"name": "Any door"} | mine),
        ("GET", f"{organization}/members", None),
        ("PATCH", f"/promo-codes/{house.own.code}", {"applicableEvents": None}),
    ]

    for method, path, body in tries:
        status, answer = await house.ask(method, path, body)
        assert (status, answer["code"]) == (403, "forbidden"), (path, answer)


async def test_nothing_of_theirs_reaches_into_another_event(house: House) -> None:
    events = [house.own.event, house.other.event]
    tries = [
        ("POST", "/promo-codes", A_CODE | house.world.of_mine | {"applicableEvents": events}),
        ("PATCH", f"/promo-codes/{house.own.code}", {"applicableEvents": events}),
        ("POST", "/scanners/register", {"name": "B", "eventIds": events} | house.world.of_mine),
    ]

    for method, path, body in tries:
        status, answer = await house.ask(method, path, body)
        assert (status, answer["code"]) == (404, "not_found"), (path, answer)


async def test_at_the_door_a_ticket_of_another_event_is_only_wrong(house: House) -> None:
    status, own = await house.ask("POST", "/scanners/scan", {"barcode": house.own.barcode})
    assert (status, own["result"]) == (200, "accepted"), own
    status, other = await house.ask("POST", "/scanners/scan", {"barcode": house.other.barcode})

    assert (status, other["reason"], other["ticket"]) == (200, "wrong_event", None)
    for side, expected in ((house.own, 200), (house.other, 404)):
        path = f"/scanners/{side.scanner}/scan"
        status, body = await house.ask("POST", path, {"barcode": house.other.barcode})
        assert status == expected, body
        assert body.get("ticket") is None
