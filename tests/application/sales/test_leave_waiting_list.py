"""Somebody waits no more."""

import pytest

from application.sales.waiting_list_ports import WaitingVisitor
from domain.sales.errors import WaitingListEntryNotFound, WaitingStatusConflict
from domain.sales.waiting_list import WaitingStatus
from domain.shared.errors import Forbidden
from domain.shared.ids import UserId
from domain.shared.permissions import Role
from tests.application.sales.waiting_scene import WaitingScene
from tests.domain.sales.builders import FLOOR, ORG


async def test_a_guest_leaves_with_the_secret(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    entry_id = await waiting.wait()

    await waiting.leave(waiting.guest(entry_id), entry_id)

    assert waiting.line(entry_id) == [WaitingStatus.LEFT]
    assert waiting.counter(FLOOR).waiting == 0
    assert waiting.announced()[-1] == "WaitingListLeft"


async def test_an_offer_that_is_given_up_is_free_for_the_next(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    first, second = await waiting.wait("grace"), await waiting.wait("alan")
    await waiting.come_back(1)
    await waiting.serve()

    await waiting.leave(waiting.guest(first), first)
    await waiting.serve()

    assert waiting.line(first, second) == [WaitingStatus.LEFT, WaitingStatus.OFFERED]


async def test_leaving_twice_changes_nothing(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    entry_id = await waiting.wait()

    for _ in range(2):
        await waiting.leave(waiting.guest(entry_id), entry_id)

    assert waiting.announced().count("WaitingListLeft") == 1


async def test_what_was_taken_up_cannot_be_left(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    entry_id = await waiting.wait()
    await waiting.come_back(1)
    await waiting.serve()
    await waiting.ordered(waiting.take_up(entry_id))

    with pytest.raises(WaitingStatusConflict):
        await waiting.leave(waiting.guest(entry_id), entry_id)


async def test_strangers_and_other_secrets_find_nothing(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    mine, other = await waiting.wait("grace"), await waiting.wait("alan")
    stranger = waiting.signed_in(UserId(ORG))

    for visitor in (
        WaitingVisitor(),
        waiting.guest(other),
        WaitingVisitor(secret=waiting.secrets.of_offer(mine)),
        WaitingVisitor(secret="nonsense"),
        WaitingVisitor(actor=stranger),
    ):
        with pytest.raises(WaitingListEntryNotFound):
            await waiting.leave(visitor, mine)


async def test_staff_who_may_cancel_orders_may_remove_a_place(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    entry_id = await waiting.wait()
    analyst = waiting.signed_in(UserId(ORG), {ORG: Role.ANALYST})

    with pytest.raises(Forbidden):
        await waiting.leave(WaitingVisitor(actor=analyst), entry_id)
    await waiting.leave(WaitingVisitor(actor=waiting.seller), entry_id)

    assert waiting.line(entry_id) == [WaitingStatus.LEFT]
