"""Somebody takes a place in line."""

from datetime import timedelta
from uuid import uuid4

import pytest

from adapters.memory.database import MemoryDatabase
from application.sales.join_waiting_list import JoinWaitingListCommand
from application.sales.messages import GuestBuyer
from application.sales.waiting_list_ports import WaitingVisitor
from domain.sales.errors import (
    AlreadyWaiting,
    NeverFits,
    NotOnSale,
    NotSoldOut,
    OfferChanged,
    SaleClosed,
    TicketTypeNotFound,
    TooManyJoins,
)
from domain.sales.waiting_list import WaitingStatus
from domain.shared.email import InvalidEmail
from domain.shared.errors import Unauthenticated
from domain.shared.ids import EventId
from tests.application.sales.scene import BUYER
from tests.application.sales.waiting_scene import WaitingScene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import EVENT, FLOOR, VIP


async def test_a_guest_waits(waiting: WaitingScene) -> None:
    await waiting.sell_out()

    entry = waiting.entry(await waiting.wait(quantity=2))

    assert (entry.status, entry.quantity) == (WaitingStatus.WAITING, 2)
    assert (entry.buyer.id, entry.buyer.email) == (None, "grace@example.com")
    assert waiting.counter(FLOOR).waiting == 2
    assert waiting.announced()[-1] == "WaitingListJoined"


async def test_a_person_waits_under_their_own_name(waiting: WaitingScene) -> None:
    await waiting.sell_out()

    entry_id = await waiting.join(
        WaitingVisitor(actor=waiting.buyer), EVENT, JoinWaitingListCommand(ticket_type_id=FLOOR)
    )

    assert waiting.entry(entry_id).buyer.id == BUYER
    assert waiting.entry(entry_id).buyer.email == "ada@example.com"


async def test_nobody_waits_while_there_are_tickets(waiting: WaitingScene) -> None:
    with pytest.raises(NotSoldOut):
        await waiting.wait()


async def test_an_address_waits_once_for_a_type_in_any_spelling(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    await waiting.sell_out(VIP)
    await waiting.wait("grace")

    with pytest.raises(AlreadyWaiting):
        await waiting.wait("GRACE")
    await waiting.wait("grace", of=VIP)

    assert waiting.counter(FLOOR).waiting == 1


async def test_who_left_may_come_back_at_the_end(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    first = await waiting.wait()
    await waiting.leave(waiting.guest(first), first)

    again = await waiting.wait()

    assert waiting.line(first, again) == [WaitingStatus.LEFT, WaitingStatus.WAITING]


async def test_an_address_joins_three_times_an_hour(
    waiting: WaitingScene, clock: VirtualClock
) -> None:
    await waiting.sell_out()
    for _ in range(waiting.join.joins_per_hour):
        entry_id = await waiting.wait()
        await waiting.leave(waiting.guest(entry_id), entry_id)

    with pytest.raises(TooManyJoins):
        await waiting.wait()
    clock.advance(timedelta(hours=1))
    assert waiting.line(await waiting.wait()) == [WaitingStatus.WAITING]


async def test_a_client_joins_three_times_an_hour_under_whatever_address(
    waiting: WaitingScene,
) -> None:
    await waiting.sell_out()
    client, other = uuid4(), uuid4()
    for number in range(3):
        await waiting.wait(f"person{number}", client=client)

    with pytest.raises(TooManyJoins):
        await waiting.wait("grace", client=client)
    await waiting.wait("grace", client=other)

    assert waiting.counter(FLOOR).waiting == 4


async def test_more_than_there_ever_were_is_refused(waiting: WaitingScene) -> None:
    await waiting.sell_out()

    with pytest.raises(NeverFits):
        await waiting.wait(quantity=11)


async def test_what_cannot_be_bought_cannot_be_waited_for(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    waiting.quotes.refusal = NotOnSale()

    with pytest.raises(NotOnSale):
        await waiting.wait()


async def test_another_events_type_is_not_found_here(waiting: WaitingScene) -> None:
    with pytest.raises(TicketTypeNotFound):
        await waiting.join(
            WaitingVisitor(actor=waiting.buyer),
            EventId(FLOOR),
            JoinWaitingListCommand(ticket_type_id=FLOOR),
        )


async def test_an_edited_offer_is_quoted_anew(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    counter = waiting.counter(EVENT)
    counter.revision = waiting.quotes.revision = 1
    waiting.memory.table("allotment_counters").put(EVENT, counter)

    await waiting.wait()

    assert waiting.quotes.forgotten == [EVENT]


async def test_an_offer_that_never_stands_still_is_refused(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    counter = waiting.counter(EVENT)
    counter.revision = 1
    waiting.memory.table("allotment_counters").put(EVENT, counter)

    with pytest.raises(OfferChanged):
        await waiting.wait()


async def test_a_guest_says_who_waits(waiting: WaitingScene, memory: MemoryDatabase) -> None:
    await waiting.sell_out()
    nobody = JoinWaitingListCommand(ticket_type_id=FLOOR)
    somebody = GuestBuyer(name="Grace", email="grace at example")

    with pytest.raises(Unauthenticated):
        await waiting.join(WaitingVisitor(), EVENT, nobody)
    with pytest.raises(InvalidEmail):
        await waiting.join(
            WaitingVisitor(), EVENT, JoinWaitingListCommand(ticket_type_id=FLOOR, buyer=somebody)
        )

    assert not list(memory.table("waiting_list_entries").rows())


async def test_a_sale_that_is_over_has_no_line(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    waiting.quotes.refusal = SaleClosed()

    with pytest.raises(SaleClosed):
        await waiting.wait()
