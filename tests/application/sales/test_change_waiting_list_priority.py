"""The organiser moves somebody up or down the line."""

import pytest

from application.sales.change_waiting_list_priority import ChangeWaitingListPriorityCommand
from application.sales.join_waiting_list import JoinWaitingListCommand
from application.sales.waiting_list_ports import WaitingVisitor
from domain.sales.errors import InvalidPriority, WaitingListEntryNotFound
from domain.sales.waiting_list import WaitingStatus
from tests.application.sales.waiting_scene import WaitingScene
from tests.domain.sales.builders import EVENT, FLOOR

UP = ChangeWaitingListPriorityCommand(priority=5)


async def test_who_was_moved_up_is_served_first(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    first, second = await waiting.wait("grace"), await waiting.wait("alan")
    await waiting.change_priority(waiting.seller, second, UP)
    await waiting.come_back(1)

    await waiting.serve()

    assert waiting.line(first, second) == [WaitingStatus.WAITING, WaitingStatus.OFFERED]


async def test_nobody_moves_up_by_themselves(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    mine = await waiting.join(
        WaitingVisitor(actor=waiting.buyer), EVENT, JoinWaitingListCommand(ticket_type_id=FLOOR)
    )

    with pytest.raises(WaitingListEntryNotFound):
        await waiting.change_priority(waiting.buyer, mine, UP)


async def test_a_priority_is_bounded(waiting: WaitingScene) -> None:
    await waiting.sell_out()
    entry_id = await waiting.wait()

    with pytest.raises(InvalidPriority):
        await waiting.change_priority(
            waiting.seller, entry_id, ChangeWaitingListPriorityCommand(priority=10**9)
        )
