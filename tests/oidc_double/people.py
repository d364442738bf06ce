"""Who has an account at the provider."""

from msgspec import Struct


class Person(Struct, frozen=True, kw_only=True):
    """What the provider knows of somebody; None is not told."""

    subject: str = "248289761001"
    email: str | None = "ada@example.com"
    email_verified: bool | str | None = True
    given_name: str | None = "Ada"
    family_name: str | None = "Byron"
    name: str | None = None
