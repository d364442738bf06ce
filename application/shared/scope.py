"""Whose rows a transaction or a query may touch; it comes first everywhere and has no default."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from application.shared.idempotency import KeyedRequest
from domain.shared.ids import OrganizationId, SessionId, UserId


class Scope(Struct, frozen=True, kw_only=True):
    """What PostgreSQL is told at the start of each transaction (`app.scope` and its companions).

    A `session_id` makes the transaction refuse (SessionEnded) if that session was ended meanwhile.
    The first transaction of a keyed request claims its key; queries have no use for it.
    """

    kind: Literal["organizations", "person", "public", "system"]
    organization_ids: tuple[OrganizationId, ...] = ()
    person_id: UserId | None = None
    session_id: SessionId | None = None
    keyed: KeyedRequest | None = None


PUBLIC = Scope(kind="public")
"""Reads of the published catalogue, and nothing else."""

SYSTEM = Scope(kind="system")
"""Finds due work across tenants, and who somebody is; never serves a request's data."""


def organizations(
    ids: Iterable[OrganizationId],
    *,
    session_id: SessionId | None = None,
    keyed: KeyedRequest | None = None,
) -> Scope:
    """The rows of these organisations."""
    unique = tuple(sorted(set(ids)))
    return Scope(kind="organizations", organization_ids=unique, session_id=session_id, keyed=keyed)


def person(
    person_id: UserId, *, session_id: SessionId | None = None, keyed: KeyedRequest | None = None
) -> Scope:
    """One person's own rows, wherever they bought."""
    return Scope(kind="person", person_id=person_id, session_id=session_id, keyed=keyed)
