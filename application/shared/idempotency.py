"""Requests that a client may repeat: one key, one effect, and the first answer again."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from msgspec import Struct

from domain.shared.errors import Conflict, Invalid


class KeyReused(Invalid):
    """This Idempotency-Key came with another request before; take a new one."""

    code = "idempotency_key_reused"


class KeyInFlight(Conflict):
    """The first request with this Idempotency-Key is still under way; ask again shortly."""

    code = "idempotency_key_in_flight"


class OutcomeGone(Conflict):
    """The first request went through, but its answer can no longer be told."""

    code = "idempotency_outcome_gone"


class RequestKey(Struct, frozen=True):
    """One write. `id` digests who asks and the key; `fingerprint` what was asked."""

    id: UUID
    fingerprint: UUID


class Repeated(Struct, frozen=True):
    """What is remembered of the first request."""

    fingerprint: UUID
    outcome: Any
    """As JSON knows it: an id is a string."""

    def answers(self, key: RequestKey) -> Any:
        """The first outcome. Raises KeyReused if something else was asked then."""
        if self.fingerprint != key.fingerprint:
            raise KeyReused
        return self.outcome


class Repeats(Protocol):
    """The keys of requests, written with their effects."""

    # Takes the keys for this transaction, sorted by id, each with the outcome it will have (None if
    # it is not known yet). Answers those that were taken before; waits a moment for a taker who is
    # not done, a shorter one if others wait for this transaction, and then raises KeyInFlight.
    async def claim(
        self, keys: Mapping[RequestKey, Any], *, is_shared: bool = False
    ) -> dict[RequestKey, Repeated]: ...

    # The outcomes of keys that this transaction took. A secret one is kept so that whoever reads
    # the rows cannot tell it.
    async def complete(
        self, outcomes: Mapping[RequestKey, Any], *, is_secret: bool = False
    ) -> None: ...

    # Gives up keys that this transaction took: what was refused stores nothing.
    async def release(self, keys: Collection[RequestKey]) -> None: ...

    # Drops at most so many of those recorded before; answers how many it dropped.
    async def forget(self, before: datetime, at_most: int) -> int: ...


class FirstRequests(Protocol):
    """What is remembered, asked outside every transaction."""

    async def find(self, keys: Collection[RequestKey]) -> dict[RequestKey, Repeated]: ...


class KeyedRequest:
    """A write that carries a key, while it is served. A client's repeat makes another of these.

    It goes with the actor into the scope; the first transaction that begins with it claims its
    key. Equal to itself alone.
    """

    __slots__ = ("is_repeat", "is_taken", "key")

    def __init__(self, key: RequestKey) -> None:
        self.key = key
        self.is_taken = False
        """A commit of this very request holds the key; its later transactions need not ask."""
        self.is_repeat = False
        """An earlier request holds it, and its outcome is what this one is told."""

    def told(self, first: Repeated) -> Any:
        """The first outcome. Raises KeyReused."""
        outcome = first.answers(self.key)
        self.is_repeat = True
        return outcome


class AlreadyDone(Exception):
    """Not a refusal: an earlier request had the effect. `repeatable` answers with its outcome."""

    def __init__(self, outcome: Any) -> None:
        super().__init__("This request was served before.")
        self.outcome = outcome


async def claim(keyed: KeyedRequest | None, repeats: Repeats) -> None:
    """How every transaction begins. Raises AlreadyDone, KeyReused, KeyInFlight."""
    if keyed is None or keyed.is_taken or keyed.is_repeat:
        return
    first = (await repeats.claim({keyed.key: None})).get(keyed.key)
    if first is not None:
        raise AlreadyDone(keyed.told(first))
