"""One recipe for each write of the API: a world in which it can be done once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.conftest import VirtualClock
from tests.http.hiring import verify
from tests.http.test_the_first_sale import Client, a_person, an_event, call

Json = dict[str, Any]


@dataclass(frozen=True)
class Write:
    """A request that is ready to be sent."""

    method: str
    path: str
    token: str = ""
    json: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] | None = None

    async def send(self, client: AsyncTestClient[Litestar], key: str = "", query: str = "") -> Any:
        headers = dict(self.headers)
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key:
            headers["Idempotency-Key"] = key
        root = "" if self.path.startswith("/.well-known") else "/api/v1"
        path = f"{root}{self.path}{query}"
        return await client.request(
            self.method, path, headers=headers, json=self.json, data=self.form
        )


@dataclass
class World:
    """An organisation with an event on sale, and somebody who buys."""

    client: Client
    clock: VirtualClock
    promoter: str
    buyer: str
    organization: str
    event: str
    ticket_type: str
    domain: str = "example.com"

    @property
    def buyer_email(self) -> str:
        return f"buyer@{self.domain}"

    async def ask(
        self, method: str, path: str, token: str, json: Any = None, expected: int = 0
    ) -> Any:
        usual = {"POST": (200, 201), "DELETE": (200, 204)}.get(method, (200,))
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await self.client.request(method, f"/api/v1{path}", headers=headers, json=json)
        assert answer.status_code in ((expected,) if expected else usual), answer.text
        return answer.json() if answer.content else None

    async def order(self) -> Json:
        items = [{"ticketTypeId": self.ticket_type, "quantity": 2}]
        placed: Json = await self.ask("POST", "/orders", self.buyer, {"items": items})
        return placed

    async def payment(self) -> Json:
        wish = {"orderId": (await self.order())["id"]}
        payment: Json = await self.ask("POST", "/payments/create-intent", self.buyer, wish)
        return payment

    async def draft(self) -> str:
        event = await self.ask("POST", "/events", self.promoter, AN_EVENT | self.of_mine)
        return str(event["id"])

    async def scanner(self) -> Json:
        body = {"name": "Gate A"} | self.of_mine
        scanner: Json = await self.ask("POST", "/scanners/register", self.promoter, body)
        return scanner

    async def barcode(self) -> str:
        payment = await self.payment()
        paid = {"paymentId": payment["paymentId"], "paymentMethod": "pm_card_visa"}
        await self.ask("POST", "/payments/confirm", self.buyer, paid)
        tickets = await self.ask("GET", f"/orders/{payment['orderId']}/tickets", self.buyer)
        return str(tickets["items"][0]["barcode"])

    @property
    def of_mine(self) -> Json:
        return {"organizationId": self.organization}


async def a_world(client: Client, clock: VirtualClock, domain: str = "example.com") -> World:
    """Its people's addresses end with the domain, so that there may be two worlds."""
    promoter = await a_person(client, f"promoter@{domain}")
    buyer = await a_person(client, f"buyer@{domain}")
    me = await call(client, "GET", "/auth/me", promoter)
    await verify(client.app.state.container, me["id"])
    organization, ticket_type = await an_event(client, promoter)
    event, type_id = str(ticket_type["eventId"]), str(ticket_type["id"])
    return World(client, clock, promoter, buyer, organization, event, type_id, domain)


AN_EVENT: Json = {
    "name": "Second Night",
    "category": "concert",
    "startDatetime": "2026-06-02T20:00:00+02:00",
    "endDatetime": "2026-06-02T23:00:00+02:00",
    "timezone": "Europe/Warsaw",
    "capacity": 100,
    "currency": "USD",
}
A_VENUE: Json = {
    "name": "Moody Hall",
    "address": {"line1": "1 Congress Ave", "city": "Austin", "country": "US"},
    "capacity": 900,
    "timezone": "America/Chicago",
}
A_CODE: Json = {"code": "early10", "discountType": "percentage", "discountValue": 10}
A_PERSON: Json = {
    "email": "new@example.com",
    "password": "Password123!",
    "firstName": "Grace",
    "lastName": "Hopper",
}
FLOOR: Json = {"name": "Balcony", "price": "20.00", "quantity": 5}

Recipe = Callable[[World], Awaitable[Write]]
RECIPES: dict[str, Recipe] = {}


def recipe(operation_id: str) -> Callable[[Recipe], Recipe]:
    def keep(one: Recipe) -> Recipe:
        assert operation_id not in RECIPES, operation_id
        RECIPES[operation_id] = one
        return one

    return keep
