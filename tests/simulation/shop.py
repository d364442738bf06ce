"""A shop on memory adapters: one hot event, several processes, a card processor far away."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from adapters.memory.database import MemoryDatabase, MemoryTransaction
from adapters.memory.sales.one_trip import MemoryOneTrip
from adapters.memory.sales.soft_holds import MemorySoftHolds
from adapters.memory.sales.store import MemorySalesTransaction
from application.sales.messages import PlaceOrder
from application.shared.actor import Actor
from application.shared.clock import Clock
from application.shared.coalescer import TooBusy
from domain.identity.session import Session
from domain.sales.errors import StockMismatch
from domain.shared.errors import DomainError
from domain.shared.ids import (
    CartId,
    OrderId,
    SessionId,
    TicketTypeId,
    UserId,
    WaitingListEntryId,
)
from domain.shared.permissions import Role
from tests.application.payments.scene import TillScene
from tests.domain.sales.builders import NOON, ORG
from tests.simulation.branch import Branch, open_branch
from tests.simulation.invariants import Auditor
from tests.simulation.loop import SeededLoop
from tests.simulation.offers import SeededIds
from tests.simulation.pauses import LIFE, Killed, Life, Pauses, Process
from tests.simulation.processor import FarProcessor
from tests.simulation.stock import CAPACITIES, LIMITS, NAMES, lay_out

T = TypeVar("T")

BRANCHES = 3
BUYERS = 4


class Lost(Exception):
    """No answer came: it may have happened, or not."""


class WatchedDatabase(MemoryDatabase):
    """Looked over after every commit."""

    def __init__(self, clock: Clock, watch: Callable[[], None]) -> None:
        super().__init__(clock)
        self._watch = watch

    def _commit(self, tx: MemoryTransaction) -> None:
        super()._commit(tx)
        self._watch()


@dataclass
class Buyer:
    """Who buys, and what this person knows of it."""

    actor: Actor
    orders: list[OrderId] = field(default_factory=list)
    unpaid: list[OrderId] = field(default_factory=list)
    carts: list[CartId] = field(default_factory=list)
    unsure: list[PlaceOrder] = field(default_factory=list)
    """Asked with a key, and no answer came."""


class Shop:
    """All that a run is about; what chance decides comes from `dice`."""

    def __init__(
        self,
        loop: SeededLoop,
        dice: Random,
        *,
        kills: bool = True,
        is_exact: bool = False,
        limits: Mapping[TicketTypeId, int] = LIMITS,
    ) -> None:
        """`is_exact` takes the short way to the stock from the box office.

        What has a limit per customer never goes the short way.
        """
        self.loop = loop
        self.dice = dice
        self.is_exact = is_exact
        self.limits = limits
        self.kills = kills
        self.ids = SeededIds(dice)
        # A few units more or fewer make other things scarce.
        self.capacities = {id_: size + dice.randint(0, 4) for id_, size in CAPACITIES.items()}
        self.memory = WatchedDatabase(self.clock, self._watch)
        self.processor = FarProcessor()
        self.auditor = Auditor(self.memory, limits)
        self.pauses = Pauses(dice, self.memory._writer)
        self.trace: list[str] = []
        self.faults: list[str] = []
        self.acknowledged: set[OrderId] = set()
        self.answers: dict[UUID, OrderId] = {}
        """What each key was answered with."""
        self.of_carts: dict[CartId, OrderId] = {}
        self.of_offers: dict[WaitingListEntryId, OrderId] = {}
        self.holds = MemorySoftHolds(self.clock)
        self.habits: list[int] = []
        """How often buyers take which method of payment."""
        self.gives_up = 0.2
        """How often the processor gives up on a payment that is left to a browser."""
        self.scene = TillScene(self.memory, self.processor)
        lay_out(self.memory, self.capacities)
        self.seller = self._person("seller", {ORG: Role.OWNER})
        self.buyers = [Buyer(self._person(f"buyer{n}", {})) for n in range(BUYERS)]
        self.processes = [Process(f"api{number}") for number in range(BRANCHES)]
        self._branches: dict[str, Branch] = {}

    def clock(self) -> datetime:
        return NOON + timedelta(seconds=self.loop.time())

    def say(self, who: str, what: str) -> None:
        self.trace.append(f"{self.loop.steps:>6} {self.loop.time():>10.3f}s {who:<8} {what}")

    def counters(self) -> dict[str, str]:
        rows = self.memory.table("allotment_counters")._rows
        return {
            name: f"{rows[id_].held}+{rows[id_].sold}/{rows[id_].capacity}"
            for id_, name in NAMES.items()
        }

    async def ask(self, who: str, what: str, call: Callable[[Branch], Awaitable[T]]) -> T:
        """A request to any process. Raises Lost if its answer never comes, and refusals."""
        process = self.dice.choice(self.processes)
        branch = self.branch_of(process)
        self.say(who, f"{what} at {process.name}")
        token = LIFE.set(branch.life)
        try:
            answer = await call(branch)
        except Killed:
            self.say(who, f"{what}: {process.name} was killed")
            raise Lost from None
        except DomainError as refusal:
            self._note_refusal(who, what, refusal, branch.life)
            raise
        finally:
            LIFE.reset(token)
        if branch.life.is_over or self.dice.random() < 0.03:
            self.say(who, f"{what}: the answer was lost")
            raise Lost
        return answer

    def kill(self, who: str) -> None:
        """Kill -9 of a process; another one is started in its place."""
        process = self.dice.choice(self.processes)
        process.generation += 1
        self.say(who, f"kills {process.name}")

    def lose_the_cache(self) -> None:
        """As FLUSHALL does."""
        self.holds.__init__(self.clock)  # type: ignore[misc]  # The same one, as new.

    def branch_of(self, process: Process) -> Branch:
        branch = self._branches.get(process.name)
        if branch is None or branch.life.is_over:
            branch = self._branches[process.name] = open_branch(self, process)
        return branch

    def _note_refusal(self, who: str, what: str, refusal: DomainError, life: Life) -> None:
        if isinstance(refusal, StockMismatch):
            self.faults.append(f"{what}: the stock does not match the order")
        if isinstance(refusal, TooBusy) and life.is_over:
            raise Lost from None
        self.say(who, f"{what}: {refusal.code}")

    def _watch(self) -> None:
        if not self.faults:
            self.faults += self.auditor.faults()
            if self.faults:
                self.say("auditor", f"FAULT {self.faults[0]}")

    def one_trip(self) -> MemoryOneTrip:
        made = MemoryOneTrip(self.memory)
        made._last._ticks = self.loop.time
        return made

    def begin_sales(self) -> Callable[..., Any]:
        return self.pauses.before_transactions(self.memory.beginner(MemorySalesTransaction))

    def _person(self, name: str, memberships: dict[Any, Role]) -> Actor:
        session_id = SessionId(self.ids.new())
        session = Session.__new__(Session)  # Only whether it lives matters here.
        object.__setattr__(session, "revoked_at", None)
        self.memory.table("sessions").put(session_id, session)
        return Actor(
            user_id=UserId(self.ids.new()),
            session_id=session_id,
            email=f"{name}@example.com",
            name=name.capitalize(),
            memberships=memberships,
        )
