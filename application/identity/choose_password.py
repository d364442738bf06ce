"""Somebody picks a password."""

from collections.abc import Sequence
from dataclasses import dataclass

from application.identity.account_ports import KnownPasswords
from application.identity.ports import Passwords
from domain.identity.errors import KnownPassword
from domain.identity.password import chosen_password


@dataclass(frozen=True, slots=True)
class ChoosePassword:
    """The hash of a password that is worth having; `about` is what everybody knows of its owner,
    `field` the member of the request that has it.

    Raises InvalidPassword, PersonalPassword, KnownPassword, HashingBusy.
    """

    passwords: Passwords
    known: KnownPasswords

    async def __call__(self, text: str, *, about: Sequence[str], field: str = "password") -> str:
        password = chosen_password(text, about=about, field=field)
        if await self.known.has(password):
            raise KnownPassword(field=field)
        return await self.passwords.hash(password)
