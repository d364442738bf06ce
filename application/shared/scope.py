"""Whose rows a transaction or a query may touch; it comes first everywhere and has no default."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from application.shared.idempotency import KeyedRequest
from application.shared.origin import Origin
from domain.shared.ids import OrganizationId, SessionId, UserId


class Scope(Struct, frozen=True, kw_only=True):
    """What PostgreSQL is told at the start of each transaction (`app.scope` and its companions).

    Row-level security lets through the rows of the organisations and what is the person's own, and
    lets nobody write but the organisations. *Public* adds what was published, to be read; *system*
    is another role, which reads a few columns of all tenants' rows.
    A `session_id` makes the transaction refuse (SessionEnded) if that session was ended meanwhile.
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
"""Finds due work across tenants, whose an id is, and who somebody is; and reads what is kept for
all tenants at once.
"""


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
    member_of: Iterable[OrganizationId] = (),
    session_id: SessionId | None = None,
    keyed: KeyedRequest | None = None,
    origin: Origin | None = None,
) -> Scope:
    """One person's own rows, wherever they bought; a member's organisations' rows beside them."""
    return Scope(
        kind="person",
        person_id=person_id,
        organization_ids=tuple(sorted(set(member_of))),
        session_id=session_id,
        keyed=keyed,
        origin=origin,
    )


def public(member_of: Iterable[OrganizationId], *, session_id: SessionId | None = None) -> Scope:
    """The published catalogue, and all rows of the organisations whose member looks at it."""
    unique = tuple(sorted(set(member_of)))
    return Scope(kind="public", organization_ids=unique, session_id=session_id)
