"""What came back, as those who waited meet it."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from entrypoints.container import Container
from tests.conftest import VirtualClock
from tests.http.test_the_first_sale import Client, a_person, call
from tests.http.waiting_box import Box, a_box


@pytest_asyncio.fixture(loop_scope="session")
async def box(client: Client, container: Container, clock: VirtualClock) -> AsyncIterator[Box]:
    """Whatever a test does, the counters add up in the end."""
    box = await a_box(client, container, clock)
    yield box
    await box.check()


async def test_the_first_in_line_gets_what_was_cancelled_and_takes_it(box: Box) -> None:
    first = await box.join("grace", 4)
    second = await box.join("alan", 4)
    assert (first["position"], first["ticketsAhead"]) == (1, 0)
    assert (second["position"], second["ticketsAhead"]) == (2, 4)
    assert second["status"] == "waiting"

    await box.cancel()
    refused = await box.buy(3, expect=409)
    assert (refused["code"], refused["available"]) == ("sold_out", 2)
    await box.work()

    offered = await box.ask("GET", f"/waiting-list/{first['id']}", first["secret"])
    assert (offered["status"], offered["position"]) == ("offered", None)
    assert offered["offerExpiresAt"] == "2026-06-01T13:00:00Z"
    to = {mail.to_address: mail for mail in box.mails.sent}
    assert set(to) == {"grace@example.com", "alan@example.com"}
    assert offered["offer"] in to["grace@example.com"].letter.text
    assert "15:00 CEST" in to["grace@example.com"].letter.text

    body = {"waitingListOffer": offered["offer"]}
    order = await call(box.client, "POST", "/orders", box.buyer, body, 201)
    assert [(item["quantity"], item["unitPrice"]) for item in order["items"]] == [(4, "50.00")]
    again = await call(box.client, "POST", "/orders", box.buyer, body, 409)
    assert again["code"] == "offer_lapsed"
    taken = await box.ask("GET", f"/waiting-list/{first['id']}", first["secret"])
    assert (taken["status"], taken["orderId"], taken["offer"]) == ("taken", order["id"], None)


async def test_an_offer_that_lapses_goes_to_the_next(box: Box) -> None:
    first, second = await box.join("grace", 10), await box.join("alan", 10)
    await box.cancel()
    await box.work()
    assert [mail.to_address for mail in box.mails.sent] == ["grace@example.com"]
    offer = (await box.ask("GET", f"/waiting-list/{first['id']}", first["secret"]))["offer"]

    box.clock.advance(timedelta(hours=1))
    lapsed = await box.ask("GET", f"/waiting-list/{first['id']}", first["secret"])
    assert (lapsed["status"], lapsed["offer"]) == ("lapsed", None)
    body = {"waitingListOffer": offer}
    token = await a_person(box.client, "third@example.com")
    refused = await call(box.client, "POST", "/orders", token, body, 409)
    assert refused["code"] == "offer_lapsed"
    await box.container.waiting_lists.expire_offers()()
    await box.work()

    assert [mail.to_address for mail in box.mails.sent][1:] == ["alan@example.com"]
    now = await box.ask("GET", f"/waiting-list/{second['id']}", second["secret"])
    assert now["status"] == "offered"


async def test_the_clockwork_does_it_all_without_events(box: Box) -> None:
    entry = await box.join("grace", 10)
    await box.cancel()

    await box.container.waiting_lists.serve_waiting_lists()()

    found = await box.ask("GET", f"/waiting-list/{entry['id']}", entry["secret"])
    assert found["status"] == "offered"


async def test_a_higher_capacity_is_for_the_line_first(box: Box) -> None:
    entry = await box.join("grace", 2)

    path = f"/events/{box.event_id}/ticket-types/{box.ticket_type_id}"
    await call(box.client, "PATCH", path, box.promoter, {"quantity": 13})
    refused = await box.buy(2, expect=409)
    served = await call(
        box.client, "POST", f"/events/{box.event_id}/waiting-list/offers", box.promoter
    )
    await box.buy(1)

    assert (refused["code"], refused["available"]) == ("sold_out", 1)
    assert served == {"offered": 1}
    found = await box.ask("GET", f"/waiting-list/{entry['id']}", entry["secret"])
    assert found["status"] == "offered"


async def test_a_place_given_up_goes_to_the_next(box: Box) -> None:
    first, second = await box.join("grace", 10), await box.join("alan", 10)
    await box.cancel()
    await box.work()

    await box.ask("DELETE", f"/waiting-list/{first['id']}", first["secret"], 204)
    await box.ask("DELETE", f"/waiting-list/{first['id']}", first["secret"], 204)
    await box.work()

    found = await box.ask("GET", f"/waiting-list/{second['id']}", second["secret"])
    assert found["status"] == "offered"


async def test_a_cancelled_event_closes_its_list(box: Box) -> None:
    waiting, offered = await box.join("grace", 10), await box.join("alan", 10)
    await box.cancel()
    await box.work()

    await call(
        box.client, "POST", f"/events/{box.event_id}/cancel", box.promoter, {"reason": "rain"}
    )
    await box.work()

    for entry in (waiting, offered):
        found = await box.ask("GET", f"/waiting-list/{entry['id']}", entry["secret"])
        assert found["status"] == "closed"


async def test_nothing_hidden_is_offered(box: Box) -> None:
    await box.join("grace", 10)
    path = f"/events/{box.event_id}/ticket-types/{box.ticket_type_id}"
    await call(box.client, "PATCH", path, box.promoter, {"status": "hidden"})
    await box.cancel()
    await box.work()
    assert box.mails.sent == []

    await call(box.client, "PATCH", path, box.promoter, {"status": "active"})
    await box.container.waiting_lists.serve_waiting_lists()()
    await box.work()

    assert len(box.mails.sent) == 1


async def test_an_offer_does_not_outlive_the_sale_and_is_taken_at_todays_price(box: Box) -> None:
    entry = await box.join("grace", 10)
    await call(
        box.client,
        "PATCH",
        f"/events/{box.event_id}",
        box.promoter,
        {"salesEnd": "2026-06-01T12:30:00Z"},
    )
    await box.cancel()
    await box.work()
    path = f"/events/{box.event_id}/ticket-types/{box.ticket_type_id}"
    await call(box.client, "PATCH", path, box.promoter, {"price": "60.00"})

    found = await box.ask("GET", f"/waiting-list/{entry['id']}", entry["secret"])
    assert found["offerExpiresAt"] == "2026-06-01T12:30:00Z"
    refused = await call(
        box.client,
        "POST",
        "/orders",
        box.buyer,
        {"waitingListOffer": found["offer"], "shownTotal": "525.50"},
        409,
    )
    assert refused["code"] == "price_changed"
    order = await call(
        box.client, "POST", "/orders", box.buyer, {"waitingListOffer": found["offer"]}, 201
    )
    assert order["subtotalAmount"] == "600.00"

    box.clock.advance(timedelta(minutes=30))
    assert await box.container.waiting_lists.close_waiting_lists()() == 0


async def test_a_secret_nobody_gave_away_takes_nothing(box: Box) -> None:
    entry = await box.join("grace", 10)
    await box.cancel()
    await box.work()

    for secret in (entry["secret"], "", "A" * 66, "x" * 10_000):
        refused = await call(
            box.client, "POST", "/orders", box.buyer, {"waitingListOffer": secret}, 404
        )
        assert refused["code"] == "offer_not_found"


async def test_the_mail_says_what_when_and_how(box: Box) -> None:
    await box.join("grace", 10)
    await box.cancel()
    await box.work()

    [mail] = box.mails.sent
    assert "Midsummer Night" in mail.letter.subject
    assert "10 x Floor, 50.00 USD each" in mail.letter.text
    assert re.search(r"^[\w-]{66}$", mail.letter.text, re.MULTILINE)
    assert "Monday 01 June 2026, 15:00 CEST" in mail.letter.html


async def test_a_guest_takes_an_offer_up(box: Box) -> None:
    entry = await box.join("grace", 10)
    await box.cancel()
    await box.work()
    offer = (await box.ask("GET", f"/waiting-list/{entry['id']}", entry["secret"]))["offer"]

    buyer = {"name": "Grace", "email": "grace@example.com"}
    order = await call(
        box.client, "POST", "/orders", "", {"waitingListOffer": offer, "buyer": buyer}, 201
    )

    assert (order["buyerEmail"], order["userId"]) == ("grace@example.com", None)
