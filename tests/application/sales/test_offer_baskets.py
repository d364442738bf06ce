"""An offer becomes an order, once, in time."""

import asyncio

import msgspec
import pytest

from domain.sales.errors import OfferLapsed, OfferNotFound, SeveralBaskets
from domain.sales.order import OrderStatus
from domain.sales.waiting_list import WaitingStatus
from domain.shared.errors import DomainError
from domain.shared.ids import WaitingListEntryId
from tests.application.sales.waiting_scene import HOUR, WaitingScene
from tests.conftest import VirtualClock
from tests.domain.sales.builders import FLOOR


async def offered(waiting: WaitingScene, quantity: int = 2) -> WaitingListEntryId:
    await waiting.sell_out()
    entry_id = await waiting.wait("grace", quantity)
    await waiting.come_back(quantity)
    await waiting.serve()
    return entry_id


async def test_an_offer_becomes_an_order(waiting: WaitingScene) -> None:
    entry_id = await offered(waiting)

    order_id = await waiting.ordered(waiting.take_up(entry_id))

    order = waiting.order(order_id)
    assert (order.lines[0].ticket_type_id, order.lines[0].quantity) == (FLOOR, 2)
    assert waiting.entry(entry_id).status is WaitingStatus.TAKEN
    assert waiting.entry(entry_id).order_id == order_id
    assert (waiting.counter(FLOOR).blocked, waiting.counter(FLOOR).held) == (0, 12)


async def test_an_offer_is_taken_once(waiting: WaitingScene) -> None:
    entry_id = await offered(waiting)

    together = await waiting.place_orders([waiting.take_up(entry_id), waiting.take_up(entry_id)])
    with pytest.raises(OfferLapsed):
        await waiting.ordered(waiting.take_up(entry_id))

    assert sorted(isinstance(outcome, DomainError) for outcome in together) == [False, True]


async def test_fifty_tabs_are_one_order(waiting: WaitingScene) -> None:
    entry_id = await offered(waiting)

    outcomes = await asyncio.gather(
        *(waiting.place_orders([waiting.take_up(entry_id)]) for _ in range(50))
    )

    assert sum(not isinstance(outcome, DomainError) for [outcome] in outcomes) == 1


async def test_an_offer_ends_in_time_whether_or_not_it_was_swept(
    waiting: WaitingScene, clock: VirtualClock
) -> None:
    entry_id = await offered(waiting)
    clock.advance(HOUR)

    with pytest.raises(OfferLapsed):
        await waiting.ordered(waiting.take_up(entry_id))


async def test_whoever_takes_it_up_and_does_not_pay_frees_it_for_the_next(
    waiting: WaitingScene, clock: VirtualClock
) -> None:
    entry_id = await offered(waiting)
    order_id = await waiting.ordered(waiting.take_up(entry_id))
    next_one = await waiting.wait("alan", 2)
    clock.advance(HOUR / 2)

    await waiting.expire_orders()
    await waiting.serve()

    assert waiting.status(order_id) is OrderStatus.EXPIRED
    assert waiting.line(entry_id, next_one) == [WaitingStatus.TAKEN, WaitingStatus.OFFERED]


async def test_a_secret_that_is_not_ours_finds_no_offer(waiting: WaitingScene) -> None:
    entry_id = await offered(waiting)
    command = waiting.take_up(entry_id)

    for secret in ("", "nonsense", "é" * 66, waiting.secrets.of_entry(entry_id)):
        request = msgspec.structs.replace(command.request, waiting_list_offer=secret)
        with pytest.raises(OfferNotFound):
            await waiting.ordered(msgspec.structs.replace(command, request=request))


async def test_an_offer_comes_alone(waiting: WaitingScene) -> None:
    entry_id = await offered(waiting)
    command = waiting.take_up(entry_id)
    both = msgspec.structs.replace(command.request, items=waiting.wish({FLOOR: 1}).request.items)

    with pytest.raises(SeveralBaskets):
        await waiting.ordered(msgspec.structs.replace(command, request=both))


async def test_a_promo_code_may_be_used_with_it(waiting: WaitingScene) -> None:
    entry_id = await offered(waiting)
    command = waiting.take_up(entry_id)
    request = msgspec.structs.replace(command.request, promo_code="SPRING")

    order_id = await waiting.ordered(msgspec.structs.replace(command, request=request))

    assert waiting.order(order_id).promo_code == "SPRING"
