"""The shape of what is said: commands as a client may say them, views as they are shown."""

from datetime import datetime
from typing import Annotated, dataclass_transform

import msgspec
from msgspec import UNSET, Meta, Struct

from domain.shared.address import Address

Instant = Annotated[datetime, Meta(tz=True)]
"""A time with its offset from UTC, as commands take it."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What somebody wants, in camelCase on the wire; holds only what a client may say."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class View(Struct, frozen=True, kw_only=True, rename="camel"):
    """What somebody is shown."""


class AddressFields(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    line1: str
    line2: str | None = None
    city: str
    state: str | None = None
    postal_code: str | None = None
    country: str

    def as_address(self) -> Address:
        """Raises InvalidText."""
        return Address(**msgspec.structs.asdict(self))


def changes_of(command: Struct) -> dict[str, object]:
    """The fields of a partial update that the client set."""
    fields = msgspec.structs.asdict(command)
    return {name: value for name, value in fields.items() if value is not UNSET}
