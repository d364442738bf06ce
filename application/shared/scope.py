"""Whose rows a transaction or a query may touch; it comes first everywhere and has no default."""

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from application.shared.idempotency import KeyedRequest
from application.shared.origin import Origin
from domain.shared.ids import EventId, OrganizationId, SessionId, UserId


class Scope(Struct, frozen=True, kw_only=True):
    """What PostgreSQL is told at the start of each transaction (`app.scope` and its companions).

    Row-level security lets through the rows of the organisations and what is the person's own, and
    lets nobody write but the organisations. *Public* adds what was published, to be read; *system*
    is another role, which reads a few columns of all tenants' rows.
    A `session_id` makes the transaction refuse (SessionEnded) if that session was ended meanwhile,
    or that secret of a key or an application; `acting_for` (NotFound, OrganizationSuspended) if one
    of these organisations was closed or suspended meanwhile.
    The first transaction of a keyed request claims its key; queries have no use for it.
    """

    kind: Literal["organizations", "person", "public", "system"]
    organization_ids: tuple[OrganizationId, ...] = ()
    limited_to: Mapping[OrganizationId, frozenset[EventId]] = {}
    """Those of the organisations of which some events alone may be read."""
    acting_for: tuple[OrganizationId, ...] = ()
    """Those of the organisations that are believed to be in good standing; queries do not look."""
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
"""Finds due work across tenants, whose an id is, and who somebody is; and reads what is kept for
all tenants at once.
"""


def organizations(
    ids: Iterable[OrganizationId],
    *,
    session_id: SessionId | None = None,
    keyed: KeyedRequest | None = None,
    origin: Origin | None = None,
    limited_to: Mapping[OrganizationId, frozenset[EventId]] | None = None,
    acting_for: Iterable[OrganizationId] = (),
) -> Scope:
    """The rows of these organisations; of those in `limited_to`, of these events alone."""
    unique = tuple(sorted(set(ids)))
    limits = {one: limited_to[one] for one in unique if one in limited_to} if limited_to else {}
    return Scope(
        kind="organizations",
        organization_ids=unique,
        limited_to=limits,
        acting_for=tuple(acting_for),
        session_id=session_id,
        keyed=keyed,
        origin=origin,
    )


def person(
    person_id: UserId,
    *,
    member_of: Iterable[OrganizationId] = (),
    session_id: SessionId | None = None,
    keyed: KeyedRequest | None = None,
    origin: Origin | None = None,
    limited_to: Mapping[OrganizationId, frozenset[EventId]] | None = None,
) -> Scope:
    """One person's own rows, wherever they bought; a member's organisations' rows beside them."""
    return Scope(
        kind="person",
        person_id=person_id,
        organization_ids=tuple(sorted(set(member_of))),
        limited_to=limited_to or {},
        session_id=session_id,
        keyed=keyed,
        origin=origin,
    )


def public(
    member_of: Iterable[OrganizationId],
    *,
    session_id: SessionId | None = None,
    limited_to: Mapping[OrganizationId, frozenset[EventId]] | None = None,
) -> Scope:
    """The published catalogue, and the rows of the organisations whose member looks at it."""
    return Scope(
        kind="public",
        organization_ids=tuple(sorted(set(member_of))),
        limited_to=limited_to or {},
        session_id=session_id,
    )
