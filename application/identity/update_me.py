"""Somebody corrects what we know of them."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, UnsetType

from application.identity.ports import BeginIdentity, RememberedTokens
from application.shared.actor import Actor, authorize_person
from application.shared.messages import Command, changes_of


class UpdateMeCommand(Command):
    """What is not set stays as it is; phone and picture can be taken away with null."""

    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    phone: str | None | UnsetType = UNSET
    avatar_url: str | None | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class UpdateMe:
    """Change the named fields. Raises InvalidText, InvalidAvatar, PersonRequired."""

    begin: BeginIdentity
    remembered: RememberedTokens

    async def __call__(self, actor: Actor, command: UpdateMeCommand) -> None:
        authorize_person(actor)
        changes: dict[str, Any] = changes_of(command)
        async with self.begin(actor.as_person()) as tx:
            before = await tx.users.lock(actor.user_id)
            after = dataclasses.replace(before, **changes, updated_at=tx.now)
            await tx.users.save(after)
            tx.remember(None)
        self.remembered.forget_user(actor.user_id)
