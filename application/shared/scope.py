"""Whose rows a transaction or a query may touch; it comes first everywhere and has no default."""

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from application.shared.idempotency import KeyedRequest
from application.shared.origin import Origin
from domain.shared.ids import EventId, OrganizationId, SessionId, UserId


class Scope(Struct, frozen=True, kw_only=True):
    """What PostgreSQL is told at the start of each transaction (`app.scope` and its companions).

    A `session_id` makes the transaction refuse (SessionEnded) if that session was ended meanwhile,
    or that secret of a key or an application.
    The first transaction of a keyed request claims its key; queries have no use for it.
    """

    kind: Literal["organizations", "person", "public", "system"]
    organization_ids: tuple[OrganizationId, ...] = ()
    limited_to: Mapping[OrganizationId, frozenset[EventId]] = {}
    """Those of the organisations of which some events alone may be read."""
    person_id: UserId | None = None
    session_id: SessionId | None = None
    keyed: KeyedRequest | None = None
    origin: Origin | None = None
    """Who changes what is changed in it; None is the platform itself."""

    @property
    def whole(self) -> tuple[OrganizationId, ...]:
        """The organisations of which everything may be read."""
        return tuple(one for one in self.organization_ids if one not in self.limited_to)

    @property
    def event_ids(self) -> tuple[EventId, ...]:
        """The events that may be read of the other organisations."""
        return tuple(sorted({one for some in self.limited_to.values() for one in some}))


PUBLIC = Scope(kind="public")
"""Reads of the published catalogue, and nothing else."""

SYSTEM = Scope(kind="system")
"""Finds due work across tenants, and who somebody is; never serves a request's data."""


def organizations(
    ids: Iterable[OrganizationId],
    *,
    session_id: SessionId | None = None,
    keyed: KeyedRequest | None = None,
    origin: Origin | None = None,
    limited_to: Mapping[OrganizationId, frozenset[EventId]] | None = None,
) -> Scope:
    """The rows of these organisations; of those in `limited_to`, of these events alone."""
    unique = tuple(sorted(set(ids)))
    limits = {one: limited_to[one] for one in unique if one in limited_to} if limited_to else {}
    return Scope(
        kind="organizations",
        organization_ids=unique,
        limited_to=limits,
        session_id=session_id,
        keyed=keyed,
        origin=origin,
    )


def person(
    person_id: UserId,
    *,
    session_id: SessionId | None = None,
    keyed: KeyedRequest | None = None,
    origin: Origin | None = None,
) -> Scope:
    """One person's own rows, wherever they bought."""
    return Scope(
        kind="person", person_id=person_id, session_id=session_id, keyed=keyed, origin=origin
    )
