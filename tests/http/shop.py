"""A shop's front end: an event on sale, and visitors with a cart, a token or a secret."""

from dataclasses import dataclass, field
from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.http.test_the_first_sale import a_person, an_event

Json = dict[str, Any]
ADA = {"name": "Ada Byron", "email": "ada@example.com"}


@dataclass
class Visitor:
    """Whoever calls, with the headers they have collected."""

    client: AsyncTestClient[Litestar]
    headers: dict[str, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, json: Any = None, expect: int = 200) -> Json:
        response = await self.client.request(
            method, f"/api/v1{path}", headers=self.headers, json=json
        )
        assert response.status_code == expect, response.text
        answer: Json = response.json() if response.content else {}
        return answer

    async def add(
        self, ticket_type: Json, quantity: int = 1, expect: int = 201, **facts: Any
    ) -> Json:
        body = {"ticketTypeId": ticket_type["id"], "quantity": quantity} | facts
        answer = await self.call("POST", "/cart/items", body, expect)
        if "cartToken" in answer:
            self.headers["X-Cart-Token"] = answer["cartToken"]
        return answer

    async def order(self, cart: Json, expect: int = 201, **facts: Any) -> Json:
        answer = await self.call("POST", "/orders", {"cartId": cart["id"]} | facts, expect)
        if "accessSecret" in answer:
            self.headers["X-Order-Secret"] = answer["accessSecret"]
        return answer

    async def pay(self, order: Json) -> Json:
        intent = await self.call("POST", "/payments/create-intent", {"orderId": order["id"]}, 201)
        wish = {"paymentId": intent["paymentId"], "paymentMethod": "pm_card_visa"}
        return await self.call("POST", "/payments/confirm", wish)


@dataclass
class Shop:
    client: AsyncTestClient[Litestar]
    promoter: Visitor
    organization_id: str
    ticket_type: Json

    def guest(self) -> Visitor:
        return Visitor(self.client)

    async def another_type(self, **facts: Any) -> Json:
        """Five balcony tickets at 30.00."""
        body = {"name": "Balcony", "price": "30.00", "quantity": 5} | facts
        path = f"/events/{self.ticket_type['eventId']}/ticket-types"
        return await self.promoter.call("POST", path, body, 201)

    async def person(self, email: str) -> Visitor:
        token = await a_person(self.client, email)
        return Visitor(self.client, {"Authorization": f"Bearer {token}"})


async def open_shop(client: AsyncTestClient[Litestar], **changes: Any) -> Shop:
    """One event with room for 100 and ten floor tickets at 50.00, on sale; fee 5 % + 0.50."""
    token = await a_person(client, "promoter@example.com")
    organization_id, ticket_type = await an_event(client, token, **changes)
    promoter = Visitor(client, {"Authorization": f"Bearer {token}"})
    return Shop(client, promoter, organization_id, ticket_type)
