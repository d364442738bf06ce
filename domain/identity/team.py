"""Who works in an organisation, and as what."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from domain.identity.errors import AlreadyMember, LastOwner, MemberNotFound, OwnersOnly
from domain.shared.ids import OrganizationId, UserId
from domain.shared.permissions import Role
from domain.shared.words import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One person's place in one organisation."""

    organization_id: OrganizationId
    user_id: UserId
    role: Role
    joined_at: datetime


@dataclass(slots=True)
class Team:
    """All members of one organisation: nobody twice, and never without an owner once it has one."""

    organization_id: OrganizationId
    members: dict[UserId, Membership] = field(default_factory=dict)

    def add(self, user_id: UserId, role: Role, *, by: Role, at: datetime) -> Membership:
        """Take somebody in, on the word of a member with the role `by`.

        Raises AlreadyMember, OwnersOnly.
        """
        if user_id in self.members:
            raise AlreadyMember(user_id=user_id)
        if role is Role.OWNER:
            _require_owner(by)
        joined = Membership(
            organization_id=self.organization_id, user_id=user_id, role=role, joined_at=at
        )
        self.members[user_id] = joined
        return joined

    def remove(self, user_id: UserId, *, by: Role) -> Membership:
        """Let somebody go. Raises MemberNotFound, OwnersOnly, LastOwner."""
        leaving = self.members.get(user_id)
        if leaving is None:
            raise MemberNotFound(user_id=user_id)
        if leaving.role is Role.OWNER:
            _require_owner(by)
            if self._owners() == 1:
                raise LastOwner
        del self.members[user_id]
        return leaving

    def _owners(self) -> int:
        return sum(member.role is Role.OWNER for member in self.members.values())


def _require_owner(role: Role) -> None:
    if role is not Role.OWNER:
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
