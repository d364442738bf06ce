"""What an organisation may do while it is suspended, and after it was closed."""

from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from domain.shared.ids import EventId, UserId
from entrypoints.container import Container
from tests.http.repeating import A_VENUE, AN_EVENT, World
from tests.http.test_the_first_sale import a_person

Client = AsyncTestClient[Litestar]


class Street:
    """A world, the operator of the platform, and questions about it."""

    def __init__(self, world: World, operator: str) -> None:
        self.world, self.operator = world, operator
        self.path = f"/organizations/{world.organization}"

    async def ask(
        self, token: str, method: str, path: str, body: Any = None
    ) -> tuple[int, str | None]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await self.world.client.request(
            method, f"/api/v1{path}", headers=headers, json=body
        )
        is_told = answer.content and answer.status_code >= 400
        return answer.status_code, answer.json()["code"] if is_told else None

    async def becomes(self, status: str) -> tuple[int, str | None]:
        body = {"status": status, "reason": "Complaints"}
        return await self.ask(self.operator, "PATCH", f"{self.path}/status", body)

    @property
    def wish(self) -> Any:
        return {"items": [{"ticketTypeId": self.world.ticket_type, "quantity": 1}]}


@pytest.fixture
async def street(client: Client, world: World, container: Container) -> Street:
    operator = await a_person(client, "operator@example.com")
    me = await world.ask("GET", "/auth/me", operator)
    await container.identity.grant_platform_admin()(UserId(UUID(me["id"])))
    return Street(world, operator)


async def test_nothing_is_sold_published_or_written_while_it_is_suspended(street: Street) -> None:
    world = street.world
    order = await world.order()
    draft = await world.draft()
    assert await street.becomes("suspended") == (200, None)

    refused = (403, "organization_suspended")
    for method, path, body in (
        ("POST", "/events", AN_EVENT | world.of_mine),
        ("PATCH", f"/events/{world.event}", {"name": "New"}),
        ("POST", f"/events/{draft}/publish", None),
        ("PATCH", street.path, {"name": "New"}),
        ("PATCH", f"{street.path}/settings", {"primaryColor": "#000000"}),
        ("POST", f"{street.path}/members", {"email": "a@example.com", "role": "support"}),
        ("POST", "/scanners/register", {"name": "Gate"} | world.of_mine),
        ("DELETE", street.path, None),
    ):
        assert await street.ask(world.promoter, method, path, body) == refused, path
    # Quotes that were made before are no good: whoever asks now is told so.
    for _ in range(2):
        told = await street.ask(world.buyer, "POST", "/orders", street.wish)
        assert told == (409, "not_on_sale")
    cart = await street.ask(world.buyer, "POST", "/cart/items", street.wish["items"][0])
    assert cart == (409, "not_on_sale")

    for path in (street.path, f"/orders?organizationId={world.organization}", "/scanners"):
        assert (await street.ask(world.promoter, "GET", path))[0] == 200, path
    cancelled = await street.ask(world.promoter, "POST", f"/orders/{order['id']}/cancel", {})
    assert cancelled[0] == 200


async def test_its_pages_are_gone_for_the_public_and_come_back(
    street: Street, container: Container
) -> None:
    event = f"/events/{street.world.event}"
    await street.becomes("suspended")

    assert await street.ask(street.world.buyer, "GET", f"{event}/ticket-types") == (
        404,
        "event_not_found",
    )
    listed = await street.world.client.get("/api/v1/events")
    assert listed.json()["items"] == []
    assert (await street.ask(street.world.promoter, "GET", event))[0] == 200

    assert await street.becomes("active") == (200, None)
    container.quoting.quotes().forget([EventId(UUID(street.world.event))])
    listed = await street.world.client.get("/api/v1/events")
    assert [one["id"] for one in listed.json()["items"]] == [street.world.event]
    assert (await street.ask(street.world.buyer, "POST", "/orders", street.wish))[0] == 201
    assert (await street.ask(street.world.promoter, "PATCH", event, {"name": "New"}))[0] == 200


async def test_only_the_platform_decides_and_says_why(street: Street) -> None:
    body = {"status": "suspended"}
    for token, refused in (
        (street.world.promoter, (403, "platform_admins_only")),
        (street.world.buyer, (404, "not_found")),
    ):
        assert await street.ask(token, "PATCH", f"{street.path}/status", body) == refused
    assert await street.becomes("closed") == (409, "organization_status_conflict")

    await street.becomes("suspended")
    shown = await street.world.ask("GET", street.path, street.world.promoter)
    assert (shown["status"], shown["statusReason"]) == ("suspended", "Complaints")


async def test_it_is_closed_when_nobody_holds_orders_to_come(street: Street) -> None:
    world = street.world
    order = await world.order()
    assert await street.ask(world.promoter, "DELETE", street.path) == (
        409,
        "organization_has_sales",
    )
    await world.ask("POST", f"/orders/{order['id']}/cancel", world.buyer, {})

    assert (await street.ask(world.promoter, "DELETE", street.path))[0] == 204

    for method, path in (("GET", street.path), ("PATCH", street.path), ("DELETE", street.path)):
        assert (await street.ask(world.promoter, method, path, {}))[0] == 404
    assert await street.ask(world.buyer, "POST", "/orders", street.wish) == (409, "not_on_sale")
    shown = await world.ask("GET", street.path, street.operator)
    assert shown["status"] == "closed"
    assert (await world.ask("GET", f"/orders/{order['id']}", world.buyer))["status"] == "cancelled"
    me = await world.ask("GET", "/auth/me", world.promoter)
    assert me["memberships"] == []


async def test_settings_are_said_under_both_names_of_guest_checkout(street: Street) -> None:
    world, path = street.world, f"{street.path}/settings"

    changed = {"allowGuestCheckout": False, "primaryColor": "#A1B2C3", "refundPolicy": "None."}
    shown = (await world.ask("PATCH", path, world.promoter, changed))["settings"]

    assert (shown["guestCheckout"], shown["allowGuestCheckout"]) == (False, False)
    assert (shown["primaryColor"], shown["refundPolicy"]) == ("#a1b2c3", "None.")
    for body, code in (
        ({"guestCheckout": True, "allowGuestCheckout": False}, "contradictory_settings"),
        ({"secondaryColor": "red"}, "invalid_color"),
        ({"privacyPolicyUrl": "http://example.com"}, "invalid_web_address"),
        ({"termsOfServiceUrl": "javascript:alert(1)"}, "invalid_web_address"),
        ({"termsOfServiceUrl": "https://user@example.com/"}, "invalid_web_address"),
    ):
        assert await street.ask(world.promoter, "PATCH", path, body) == (422, code)
    contact = {
        "email": "Box@Office.Example.com",
        "phone": "+48 22 555 01 02",
        "website": "https://starlight.example.com",
        "logoUrl": "https://cdn.example.com/logo.png",
        "address": {"line1": "1 Main St", "city": "Austin", "country": "US"},
    }
    told = await world.ask("PATCH", street.path, world.promoter, contact)
    assert told["email"] == "Box@office.example.com"
    assert told["address"]["city"] == "Austin"
    bad = {"website": "ftp://example.com"}
    assert await street.ask(world.promoter, "PATCH", street.path, bad) == (
        422,
        "invalid_web_address",
    )


async def test_its_venues_are_hidden_with_its_events(street: Street) -> None:
    world = street.world
    venue = await world.ask("POST", "/venues", world.promoter, A_VENUE | world.of_mine)
    one, all_of_it = f"/venues/{venue['id']}", f"/venues?organizationId={world.organization}"
    assert await street.ask("", "GET", one) == (200, None)
    await street.becomes("suspended")

    for token in ("", world.buyer):
        assert await street.ask(token, "GET", one) == (404, "venue_not_found")
        assert (await world.ask("GET", all_of_it, token))["items"] == []
    for token in (world.promoter, street.operator):
        assert await street.ask(token, "GET", one) == (200, None)
        assert len((await world.ask("GET", all_of_it, token))["items"]) == 1
    refused = (403, "organization_suspended")
    assert await street.ask(world.promoter, "PATCH", one, {"capacity": 1}) == refused


async def test_no_scanner_of_a_closed_organisation_signs_in(street: Street) -> None:
    world = street.world
    key = {"apiKey": (await world.scanner())["apiKey"]}
    assert await street.ask("", "POST", "/scanners/auth", key) == (200, None)
    (status, _) = await street.ask(world.promoter, "POST", f"/events/{world.event}/cancel", {})
    assert status == 200
    assert await street.ask(world.promoter, "DELETE", street.path) == (204, None)

    assert await street.ask("", "POST", "/scanners/auth", key) == (401, "invalid_api_key")
