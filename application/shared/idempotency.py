"""Requests that a client may repeat: one key, one effect, and the first answer again."""

from collections.abc import Collection, Mapping
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


class RequestKey(Struct, frozen=True):
    """One write. `id` digests who asks, the route and the key; `fingerprint` what was asked."""

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
    # it is not known yet). Answers those that were taken before; waits for a taker who is not done.
    async def claim(self, keys: Mapping[RequestKey, Any]) -> dict[RequestKey, Repeated]: ...

    # Gives up keys that this transaction took: what was refused stores nothing.
    async def release(self, keys: Collection[RequestKey]) -> None: ...
