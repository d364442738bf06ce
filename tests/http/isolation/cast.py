"""Everybody who might ask: each role, strangers of every kind, and nobody."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from application.identity.ports import Client as Device
from application.shared.scope import organizations, person
from domain.identity.user import Email, User
from domain.shared.ids import OrganizationId, UserId
from domain.shared.permissions import Role
from entrypoints.container import Container
from tests.http.repeating import World


@dataclass(frozen=True)
class Character:
    """Somebody with a token (or none), and what they are in the organisation that is asked."""

    name: str
    token: str
    role: Role | None = None

    @property
    def is_nobody(self) -> bool:
        return not self.token


@dataclass(frozen=True)
class Cast:
    members: tuple[Character, ...]
    strangers: tuple[Character, ...]
    nobody: Character
    device: Character

    def __iter__(self) -> Iterator[Character]:
        yield from (self.nobody, *self.strangers, self.device, *self.members)


async def gather(world: World, other: World, container: Container) -> Cast:
    """For the world's organisation; `other` is another tenant's, whose owner tries as well."""
    house = OrganizationId(UUID(world.organization))
    members = tuple([await _member(container, house, role) for role in Role])
    removed = await _member(container, house, Role.ADMIN, leaves=True)
    key = {"apiKey": (await other.scanner())["apiKey"]}
    device = await other.ask("POST", "/scanners/auth", "", key)
    return Cast(
        members=members,
        strangers=(
            Character("another customer", other.buyer),
            Character("another organisation's owner", other.promoter),
            Character("a removed member", removed.token),
        ),
        nobody=Character("nobody", ""),
        device=Character("another organisation's scanner", str(device["accessToken"])),
    )


async def _member(
    container: Container, house: OrganizationId, role: Role, *, leaves: bool = False
) -> Character:
    user_id = UserId(uuid4())
    identity: Any = container.identity
    begin, open_session = identity.begin(), identity.providers["_open_session"]()
    async with begin(person(user_id)) as tx:
        user = User(
            id=user_id,
            email=Email(f"{role.value}-{user_id.hex}@staff.example"),
            password_hash=None,
            first_name="Some",
            last_name=role.value,
            email_verified_at=tx.now,
            created_at=tx.now,
            updated_at=tx.now,
        )
        opened = open_session(user, Device(), at=tx.now)
        await tx.users.add(user)
        await tx.sessions.add(opened.session)
    async with begin(organizations([house])) as tx:
        team = await tx.teams.lock(house)
        membership = team.add(user_id, role, by=Role.OWNER, at=tx.now)
        await tx.teams.add(membership)
        if leaves:
            await tx.teams.remove(membership)
    token = opened.signed_in.access.token
    return Character(f"a removed {role.value}" if leaves else role.value, token, role)
