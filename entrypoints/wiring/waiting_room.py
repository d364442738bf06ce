"""Waiting rooms, put together."""

from dependency_injector import containers, providers

from adapters.bridges.steadfast_lines import SteadfastLines
from adapters.memory.sales.waiting_room import MemoryWaitingLines
from adapters.postgres.sales.waiting_rooms import (
    PostgresKnownRooms,
    PostgresWaitingRoomTransaction,
)
from adapters.redis.door import CacheDoor
from adapters.redis.sales.waiting_room import RedisWaitingLines
from adapters.tokens.admission_passes import AdmissionPassSigner
from adapters.tokens.sales.visitor_names import VisitorNames
from application.sales.enter_queue import EnterQueue
from application.sales.poll_queue import PollQueue
from application.sales.show_waiting_room import ShowWaitingRoom
from application.sales.update_waiting_room import Pace, UpdateWaitingRoom
from application.sales.waiting_room_access import WaitingLines
from application.shared.clock import Clock
from application.shared.retrying import retrying


def _lines(door: CacheDoor, virtual_clock: Clock | None, clock: Clock) -> WaitingLines:
    own = MemoryWaitingLines(clock)
    if not door.is_configured:
        return own
    return SteadfastLines(RedisWaitingLines(door, virtual_clock), own)


class WaitingRooms(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()
    quotes: providers.Dependency[object] = providers.Dependency()

    begin = core.database.provided.beginner.call(PostgresWaitingRoomTransaction)
    known_rooms = providers.Singleton(PostgresKnownRooms, core.database)
    waiting_lines = providers.Singleton(_lines, core.cache_door, core.virtual_clock, core.clock)
    visitor_names = providers.Singleton(VisitorNames, core.keyring)
    admission_passes = providers.Singleton(AdmissionPassSigner, core.keyring, core.clock)
    _pace = providers.Singleton(
        Pace,
        core.settings.provided.waiting_room_per_minute,
        core.settings.provided.admission_pass_minutes,
    )

    update_waiting_room = providers.Factory(
        retrying,
        providers.Factory(
            UpdateWaitingRoom, begin=begin, rooms=known_rooms, quotes=quotes, pace=_pace
        ),
    )
    show_waiting_room = providers.Factory(
        ShowWaitingRoom, rooms=known_rooms, lines=waiting_lines, pace=_pace
    )
    enter_queue = providers.Singleton(
        EnterQueue,
        rooms=known_rooms,
        lines=waiting_lines,
        names=visitor_names,
        passes=admission_passes,
        clock=core.clock,
    )
    poll_queue = providers.Singleton(
        PollQueue,
        rooms=known_rooms,
        lines=waiting_lines,
        names=visitor_names,
        passes=admission_passes,
        clock=core.clock,
    )
