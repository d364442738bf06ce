"""The platform corrects, disables or promotes an account."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, UnsetType

from application.identity.account_ports import BeginAccounts
from application.identity.platform_access import require_platform_admin
from application.identity.ports import RememberedTokens
from application.shared.actor import Actor
from application.shared.messages import Command, changes_of
from domain.identity.errors import LastPlatformAdmin
from domain.shared.ids import UserId


class UpdateUserCommand(Command):
    """What is not set stays as it is. The address is its owner's to change."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    phone: str | None | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    is_platform_admin: bool | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class UpdateUser:
    """Change the named fields; whoever is disabled is signed out everywhere, and what they let
    applications do has ended. Support visits by whoever looks after the platform no more end for
    ever, as do those to whoever begins to.

    Raises UserNotFound, PlatformAdminsOnly, PersonRequired, InvalidText, LastPlatformAdmin.
    """

    begin: BeginAccounts
    remembered: RememberedTokens

    async def __call__(self, actor: Actor, user_id: UserId, command: UpdateUserCommand) -> None:
        require_platform_admin(actor, user_id)
        changes: dict[str, Any] = changes_of(command)
        async with self.begin(actor.as_person()) as tx:
            before = await tx.users.lock(user_id)
            before.require_open()
            after = dataclasses.replace(before, **changes, updated_at=tx.now)
            if before.rules and not after.rules and await tx.users.count_platform_admins() == 1:
                raise LastPlatformAdmin
            await tx.users.save(after)
            has_turned = before.rules != after.rules
            visits = await tx.sessions.end_visits(user_id, at=tx.now) if has_turned else []
            if not after.is_active:
                await tx.sessions.end_all(user_id, at=tx.now)
                await tx.links.end_all(user_id)
                await tx.ways_in.erase_applications(user_id)
            tx.remember(None)
        self.remembered.forget_user(user_id)
        for visit_id in visits:
            self.remembered.forget_session(visit_id)
