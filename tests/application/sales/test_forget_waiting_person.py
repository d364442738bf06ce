"""Somebody has closed their account: no line knows them any more."""

import pytest

from adapters.memory.sales.waiting_list import MemoryWaitingListTransaction
from application.sales.forget_waiting_person import ForgetWaitingPerson
from application.sales.join_waiting_list import JoinWaitingListCommand
from application.sales.waiting_list_ports import WaitingVisitor
from domain.sales.waiting_list import WaitingStatus
from domain.shared.ids import WaitingListEntryId
from tests.application.sales.scene import BUYER
from tests.application.sales.waiting_scene import WaitingScene
from tests.domain.sales.builders import EVENT, FLOOR


@pytest.fixture
def forget(waiting: WaitingScene) -> ForgetWaitingPerson:
    begin = waiting.memory.beginner(MemoryWaitingListTransaction)
    return ForgetWaitingPerson(begin, waiting.line_places)


async def joins(waiting: WaitingScene) -> WaitingListEntryId:
    visitor = WaitingVisitor(actor=waiting.buyer)
    command = JoinWaitingListCommand(ticket_type_id=FLOOR, quantity=1)
    return await waiting.join(visitor, EVENT, command)


@pytest.mark.parametrize("is_offered", [True, False])
async def test_a_place_is_given_up_and_nobodys(
    waiting: WaitingScene, forget: ForgetWaitingPerson, is_offered: bool
) -> None:
    await waiting.sell_out()
    mine, other = await joins(waiting), await waiting.wait("alan")
    if is_offered:
        await waiting.come_back(1)
        await waiting.serve()

    for _ in range(2):  # A job may be done twice.
        await forget(user_id=str(BUYER))

    assert waiting.line(mine, other) == [WaitingStatus.LEFT, WaitingStatus.WAITING]
    left = waiting.entry(mine)
    assert (left.buyer.id, left.client, left.buyer.name) == (None, None, "Closed Account")
    assert waiting.entry(other).buyer.name == "Alan"
    assert waiting.announced().count("WaitingListLeft") == 1
    await waiting.serve()
    assert waiting.line(other) == [WaitingStatus.OFFERED if is_offered else WaitingStatus.WAITING]


async def test_what_was_given_up_before_is_forgotten_too(
    waiting: WaitingScene, forget: ForgetWaitingPerson
) -> None:
    await waiting.sell_out()
    mine = await joins(waiting)
    await waiting.leave(WaitingVisitor(actor=waiting.buyer), mine)

    await forget(user_id=str(BUYER))

    assert waiting.entry(mine).buyer.email == f"{mine}@closed.invalid"
