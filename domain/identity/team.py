"""Who works in an organisation, and as what."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from domain.identity.errors import (
    AlreadyMember,
    InvalidEventLimit,
    LastOwner,
    MemberNotFound,
    OwnersOnly,
)
from domain.shared.ids import EventId, OrganizationId, UserId
from domain.shared.permissions import Role
from domain.shared.words import Word

EVENTS_MAX = 1000
"""To which one member may be limited."""
UNLIMITED = frozenset({Role.OWNER, Role.ADMIN})
"""They run the organisation, so they see all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One person's place in one organisation."""

    organization_id: OrganizationId
    user_id: UserId
    role: Role
    joined_at: datetime
    event_ids: tuple[EventId, ...] | None = None
    """The events for which they work; None is every event, also those to come."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "event_ids", known_limit(self.role, self.event_ids))


def known_limit(role: Role, event_ids: Iterable[EventId] | None) -> tuple[EventId, ...] | None:
    """The events of a member in this role, each once. Raises InvalidEventLimit."""
    if event_ids is None:
        return None
    known = tuple(sorted(set(event_ids)))
    if not 0 < len(known) <= EVENTS_MAX:
        raise InvalidEventLimit(maximum=EVENTS_MAX)
    if role in UNLIMITED:
        raise InvalidEventLimit("Owners and admins work for every event.", role=role.value)
    return known


@dataclass(slots=True)
class Team:
    """All members of one organisation: nobody twice, and never without an owner once it has one."""

    organization_id: OrganizationId
    members: dict[UserId, Membership] = field(default_factory=dict)

    def add(
        self,
        user_id: UserId,
        role: Role,
        *,
        by: Role,
        at: datetime,
        event_ids: Iterable[EventId] | None = None,
    ) -> Membership:
        """Take somebody in, on the word of a member with the role `by`.

        Raises AlreadyMember, OwnersOnly, InvalidEventLimit.
        """
        if user_id in self.members:
            raise AlreadyMember(user_id=user_id)
        require_right_to_give(role, by=by)
        joined = Membership(
            organization_id=self.organization_id,
            user_id=user_id,
            role=role,
            joined_at=at,
            event_ids=known_limit(role, event_ids),
        )
        self.members[user_id] = joined
        return joined

    def change(
        self,
        user_id: UserId,
        *,
        role: Role,
        event_ids: Iterable[EventId] | None,
        by: Role,
    ) -> Membership:
        """Give a member another role or other events.

        Raises MemberNotFound, OwnersOnly, LastOwner, InvalidEventLimit.
        """
        was = self.get(user_id)
        require_right_to_give(role, by=by)
        if role is not Role.OWNER:
            self._spare_owner(was, by=by)
        changed = dataclasses.replace(was, role=role, event_ids=known_limit(role, event_ids))
        self.members[user_id] = changed
        return changed

    def remove(self, user_id: UserId, *, by: Role) -> Membership:
        """Let somebody go. Raises MemberNotFound, OwnersOnly, LastOwner."""
        leaving = self.get(user_id)
        self._spare_owner(leaving, by=by)
        del self.members[user_id]
        return leaving

    def get(self, user_id: UserId) -> Membership:
        """Raises MemberNotFound."""
        member = self.members.get(user_id)
        if member is None:
            raise MemberNotFound(user_id=user_id)
        return member

    def _spare_owner(self, member: Membership, *, by: Role) -> None:
        if member.role is not Role.OWNER:
            return
        require_right_to_give(Role.OWNER, by=by)
        if self._owners() == 1:
            raise LastOwner

    def _owners(self) -> int:
        return sum(member.role is Role.OWNER for member in self.members.values())


def require_right_to_give(role: Role, *, by: Role) -> None:
    """Nobody gives more than they have: admins have all but what owners have. Raises OwnersOnly."""
    if role is Role.OWNER and by is not Role.OWNER:
        raise OwnersOnly


class Standing(Word):
    """What a person is on the platform, in one word."""

    ADMIN = "admin"
    PROMOTER = "promoter"
    SCANNER = "scanner"
    CUSTOMER = "customer"


def standing_of(roles: Iterable[Role], *, is_platform_admin: bool) -> Standing:
    """A person who only scans is a scanner; any other membership makes a promoter."""
    held = set(roles)
    if is_platform_admin:
        return Standing.ADMIN
    if held - {Role.SCANNER}:
        return Standing.PROMOTER
    return Standing.SCANNER if held else Standing.CUSTOMER
