"""Whose rows a transaction or a query may touch; it comes first everywhere and has no default."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from application.shared.idempotency import KeyedRequest
from application.shared.origin import Origin
from domain.shared.ids import OrganizationId, SessionId, UserId


class Scope(Struct, frozen=True, kw_only=True):
    """What PostgreSQL is told at the start of each transaction (`app.scope` and its companions).

    A `session_id` makes the transaction refuse (SessionEnded) if that session was ended meanwhile,
    or that secret of a key or an application.
    The first transaction of a keyed request claims its key; queries have no use for it.
    """

    kind: Literal["organizations", "person", "public", "system"]
    organization_ids: tuple[OrganizationId, ...] = ()
    person_id: UserId | None = None
    session_id: SessionId | None = None
    keyed: KeyedRequest | None = None
    origin: Origin | None = None
    """Who changes what is changed in it; None is the platform itself."""


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
) -> Scope:
    """The rows of these organisations."""
    return Scope(
        kind="organizations",
        organization_ids=tuple(sorted(set(ids))),
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
