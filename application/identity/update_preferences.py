"""Somebody says what they like to be told, and how."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET, UnsetType

from application.identity.account_ports import BeginAccounts
from application.shared.actor import Actor, authorize_person
from application.shared.messages import Command, changes_of


class UpdatePreferencesCommand(Command):
    """What is not set stays as it is."""

    locale: str | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    marketing_emails: bool | UnsetType = UNSET
    organizer_emails: bool | UnsetType = UNSET
    reminder_emails: bool | UnsetType = UNSET
    waiting_list_emails: bool | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class UpdatePreferences:
    """Change the named ones. Raises InvalidLocale, UnknownTimezone, PersonRequired."""

    begin: BeginAccounts

    async def __call__(self, actor: Actor, command: UpdatePreferencesCommand) -> None:
        authorize_person(actor)
        changes: dict[str, Any] = changes_of(command)
        async with self.begin(actor.as_person()) as tx:
            # Two changes at once would each keep what they read: they come one after the other.
            user = await tx.users.lock(actor.user_id)
            before = await tx.preferences.of(user.id)
            await tx.preferences.keep(user.id, dataclasses.replace(before, **changes))
            tx.remember(None)
