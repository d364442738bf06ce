"""Payments as clients meet them, with Stripe's double behind the doors."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from dependency_injector import providers
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import text

from adapters.postgres.database import Database
from adapters.stripe.gateway import StripeGateway
from domain.sales.order import Buyer, Order
from domain.shared.ids import UserId
from entrypoints.container import Container
from entrypoints.http.request_keys import request_key_of
from tests.beyond import all_rows
from tests.conftest import VirtualClock
from tests.contracts.sales_contract import Desk
from tests.contracts.sales_desks import postgres_desk
from tests.domain.sales.builders import NOON, ORG, an_order
from tests.stripe_double import StripeDouble, in_process
from tests.stripe_double.webhooks import event_body, signature_header

Client = AsyncTestClient[Litestar]
Json = dict[str, Any]


class Door:
    """A buyer with an order of 50.00 USD in front of the payments' doors."""

    def __init__(self, client: Client, desk: Desk, database: Database) -> None:
        self.client, self.desk, self.database = client, desk, database
        self.order: Order
        self.buyer = ""

    async def person(self, email: str, role: str | None = None) -> str:
        """Somebody's token; with a role, a member of the organisation that sells."""
        body = {
            "email": email,
            "password": "Password123!",
            "firstName": "Ada",
            "lastName": "Byron",
        }
        token = str((await self.call("POST", "/auth/register", "", body, 201))["accessToken"])
        if role is None:
            return token
        keys = {"org": ORG, "user": await self.id_of(token), "role": role, "at": NOON}
        async with all_rows(self.database) as connection:
            await connection.execute(
                text("insert into memberships values (:org, :user, :role, :at)"), keys
            )
        # The first token is remembered with what its bearer was then.
        login = {"email": email, "password": body["password"]}
        return str((await self.call("POST", "/auth/login", "", login))["accessToken"])

    async def id_of(self, token: str) -> UserId:
        me = await self.call("GET", "/auth/me", token)
        return UserId(UUID(me["id"]))

    async def call(
        self, method: str, path: str, token: str = "", body: Any = None, expect: int = 200
    ) -> Json:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = await self.client.request(method, f"/api/v1{path}", headers=headers, json=body)
        assert response.status_code == expect, response.text
        answer: Json = response.json()
        return answer

    async def open(self) -> Json:
        body = {"orderId": str(self.order.id)}
        return await self.call("POST", "/payments/create-intent", self.buyer, body, 201)

    async def confirm(self, payment: Json, method: str, expect: int = 200) -> Json:
        body = {"paymentId": payment["paymentId"], "paymentMethod": method}
        return await self.call("POST", "/payments/confirm", self.buyer, body, expect)

    async def tell(
        self, body: bytes, headers: dict[str, str], path: str = "/payments/webhook"
    ) -> Any:
        return await self.client.post(f"/api/v1{path}", content=body, headers=headers)


@pytest.fixture
def double() -> StripeDouble:
    return StripeDouble()


@pytest_asyncio.fixture
async def door(
    container: Container, client: Client, clock: VirtualClock, double: StripeDouble
) -> AsyncIterator[Door]:
    stripe = StripeGateway(
        double.api_key, [double.webhook_secret], http_client=in_process(double), call_s_max=5
    )
    container.till.gateway.override(providers.Object(stripe))
    database = container.core.database()
    door = Door(client, await postgres_desk(database, clock), database)
    door.buyer = await door.person("ada@example.com")
    order = an_order()
    buyer = Buyer(id=await door.id_of(door.buyer), name="Ada", email="ada@example.com")
    door.order = await door.desk.place(replace(order, buyer=buyer, recorded=order.recorded))
    yield door
    await stripe.close()


async def test_a_first_request_that_hangs_elsewhere_holds_up_its_own_repeats_alone(
    door: Door,
) -> None:
    """Another process took the key, and is not done."""
    path, body = "/api/v1/payments/create-intent", f'{{"orderId":"{door.order.id}"}}'.encode()
    buyer = await door.id_of(door.buyer)
    key = request_key_of(buyer, b"mine", "POST", path, b"", body)
    assert key is not None
    headers = {"Authorization": f"Bearer {door.buyer}", "Content-Type": "application/json"}
    async with all_rows(door.database) as elsewhere:
        await elsewhere.execute(
            text("insert into idempotency_records values (:id, :fingerprint, '', now())"),
            {"id": key.id, "fingerprint": key.fingerprint},
        )
        keyed, plain = await asyncio.gather(
            door.client.post(path, content=body, headers=headers | {"Idempotency-Key": "mine"}),
            door.client.post(path, content=body, headers=headers),
        )
        await elsewhere.rollback()

    assert keyed.status_code == 409
    assert keyed.json()["code"] == "idempotency_key_in_flight"
    assert plain.status_code == 201


async def test_an_order_that_somebody_works_on_can_be_paid_all_the_same(door: Door) -> None:
    async with all_rows(door.database) as elsewhere:
        locked = "select id from orders where id = :id for no key update"
        await elsewhere.execute(text(locked), {"id": door.order.id})

        assert (await door.open())["status"] == "created"


async def test_an_intent_is_created_where_it_says(door: Door) -> None:
    body = {"orderId": str(door.order.id)}
    headers = {"Authorization": f"Bearer {door.buyer}"}

    response = await door.client.post("/api/v1/payments/create-intent", json=body, headers=headers)

    payment = response.json()
    assert response.status_code == 201
    assert (payment["amount"], payment["currency"], payment["status"]) == (
        "50.00",
        "USD",
        "created",
    )
    assert payment["provider"] == "stripe"
    assert payment["clientSecret"].startswith("pi_")
    location = response.headers["location"].removeprefix("/api/v1")
    assert (await door.call("GET", location, door.buyer))["id"] == payment["paymentId"]


async def test_the_other_spelling_finds_the_same_payment(door: Door) -> None:
    payment = await door.open()

    body = {"orderId": str(door.order.id)}
    again = await door.call("POST", "/payments/intent", door.buyer, body, 201)

    assert again == payment


async def test_a_good_card_pays_the_order(door: Door) -> None:
    payment = await door.open()

    paid = await door.confirm(payment, "pm_card_visa")

    assert paid == {
        "paymentId": payment["paymentId"],
        "status": "succeeded",
        "orderId": str(door.order.id),
        "orderStatus": "paid",
    }


async def test_a_decline_is_an_answer_and_another_card_pays(door: Door) -> None:
    payment = await door.open()

    declined = await door.confirm(payment, "pm_card_visa_chargeDeclinedInsufficientFunds")
    paid = await door.call(
        "POST",
        f"/payments/{payment['paymentId']}/confirm",
        door.buyer,
        {"paymentMethod": "pm_card_visa"},
    )

    assert (declined["status"], declined["failureCode"]) == ("failed", "insufficient_funds")
    assert declined["orderStatus"] == "pending"
    assert (paid["status"], paid["orderStatus"]) == ("succeeded", "paid")


async def test_a_card_that_asks_for_action_comes_with_its_secret(door: Door) -> None:
    payment = await door.open()

    answer = await door.confirm(payment, "pm_card_authenticationRequired")

    assert answer["status"] == "requires_action"
    assert answer["clientSecret"] == payment["clientSecret"]


async def test_an_unknown_card_is_unprocessable(door: Door) -> None:
    payment = await door.open()

    problem = await door.confirm(payment, "pm_card_play_money", expect=422)

    assert problem["code"] == "unknown_payment_method"


async def test_a_paid_order_is_not_paid_again(door: Door) -> None:
    payment = await door.open()
    await door.confirm(payment, "pm_card_visa")

    body = {"orderId": str(door.order.id)}
    problem = await door.call("POST", "/payments/create-intent", door.buyer, body, 409)

    assert (problem["code"], problem["reason"]) == ("order_not_payable", "not_pending")
    assert (await door.confirm(payment, "pm_card_visa"))["orderStatus"] == "paid"


async def test_nobody_pays_without_a_name(door: Door) -> None:
    body = {"orderId": str(door.order.id)}

    await door.call("POST", "/payments/create-intent", "", body, 401)


async def test_strangers_find_nothing(door: Door) -> None:
    payment = await door.open()
    stranger = await door.person("eve@example.com")

    body = {"orderId": str(door.order.id)}
    hidden = await door.call("POST", "/payments/create-intent", stranger, body, 404)
    wish = {"paymentId": payment["paymentId"], "paymentMethod": "pm_card_visa"}
    unpaid = await door.call("POST", "/payments/confirm", stranger, wish, 404)
    unseen = await door.call("GET", f"/payments/{payment['paymentId']}", stranger, expect=404)

    assert hidden["code"] == "order_not_found"
    assert {unpaid["code"], unseen["code"]} == {"payment_not_found"}
    assert (await door.call("GET", "/payments", stranger))["items"] == []


async def test_what_is_not_asked_for_is_refused(door: Door) -> None:
    body = {"orderId": str(door.order.id), "amount": "0.01"}

    problem = await door.call("POST", "/payments/create-intent", door.buyer, body, 400)

    assert problem["code"] == "malformed_request"


async def test_a_payer_sees_the_payment_and_never_its_secret(door: Door) -> None:
    payment = await door.open()
    await door.confirm(payment, "pm_card_visa")

    view = await door.call("GET", f"/payments/{payment['paymentId']}", door.buyer)

    assert (view["status"], view["receivedAmount"], view["refundedAmount"]) == (
        "succeeded",
        "50.00",
        "0.00",
    )
    assert "clientSecret" not in view


async def test_an_organisations_payments_are_for_those_who_may_look(door: Door) -> None:
    payment = await door.open()
    analyst = await door.person("analyst@example.com", "analyst")
    gatekeeper = await door.person("gate@example.com", "scanner")
    stranger = await door.person("eve@example.com")
    path = f"/payments?organizationId={ORG}"

    seen = await door.call("GET", path, analyst)

    assert [item["id"] for item in seen["items"]] == [payment["paymentId"]]
    await door.call("GET", path, gatekeeper, expect=403)
    await door.call("GET", f"/payments/{payment['paymentId']}", gatekeeper, expect=403)
    await door.call("GET", path, stranger, expect=404)


async def test_a_money_back_story_shows_in_the_payment(door: Door) -> None:
    payment = await door.open()
    await door.confirm(payment, "pm_card_visa")
    owner = await door.person("owner@example.com", "owner")
    await door.call("POST", f"/orders/{door.order.id}/cancel", owner, {}, 200)

    view = await door.call("GET", f"/payments/{payment['paymentId']}", owner)

    assert (view["refundedAmount"], view["refunds"][0]["status"]) == ("50.00", "requested")


async def test_payments_come_page_by_page(door: Door) -> None:
    await door.open()
    order = an_order()
    mine = replace(order, buyer=door.order.buyer, recorded=order.recorded)
    door.order = await door.desk.place(mine)
    newest = await door.open()

    first = await door.call("GET", "/payments?limit=1", door.buyer)
    second = await door.call("GET", f"/payments?limit=1&cursor={first['nextCursor']}", door.buyer)
    of_order = await door.call("GET", f"/payments?orderId={door.order.id}", door.buyer)

    assert [item["id"] for item in first["items"]] == [newest["paymentId"]]
    assert len(second["items"]) == 1
    assert second["items"] != first["items"]
    assert of_order["items"] == first["items"]


@pytest.mark.parametrize("path", ["/payments/webhook", "/webhooks/stripe"])
async def test_an_authentic_message_is_received_as_often_as_it_comes(
    door: Door, double: StripeDouble, path: str
) -> None:
    await door.open()
    [intent] = double.intents.values()
    message = double.webhook("payment_intent.succeeded", intent)

    answers = [await door.tell(*message, path=path) for _ in range(2)]

    assert [(a.status_code, a.json()) for a in answers] == [(200, {"received": True})] * 2


async def test_a_forged_message_is_refused(door: Door, double: StripeDouble) -> None:
    await door.open()
    [intent] = double.intents.values()
    body, headers = double.webhook("payment_intent.succeeded", intent, secret="whsec_other")

    answer = await door.tell(body, headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_webhook")


@pytest.mark.parametrize(("length", "status"), [(900_000, 200), (1_100_000, 413)])
async def test_messages_may_be_large_but_not_larger(door: Door, length: int, status: int) -> None:
    body = event_body("report.ready", {"object": "report", "id": "r", "text": "x" * length})

    answer = await door.tell(body, {"stripe-signature": signature_header(body, "whsec_double")})

    assert answer.status_code == status
