"""What an application is let do: permissions in organisations, and looks at a person's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from domain.identity.api_key import GRANTABLE
from domain.identity.oauth_errors import InvalidOAuthScope
from domain.shared.permissions import Permission, PersonalScope

_PERMISSIONS = {one.value: one for one in GRANTABLE}
_PERSONAL = {one.value: one for one in PersonalScope}


@dataclass(frozen=True, slots=True)
class OAuthScope:
    """A set of words: those of permissions, and those of what is personal. None is in both."""

    permissions: frozenset[Permission] = frozenset()
    personal: frozenset[PersonalScope] = frozenset()

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """Raises InvalidOAuthScope for words that nobody can be given, and for none at all."""
        asked = set(words)
        unknown = asked - _PERMISSIONS.keys() - _PERSONAL.keys()
        if unknown or not asked:
            raise InvalidOAuthScope(unknown=sorted(unknown))
        return cls(
            frozenset(_PERMISSIONS[word] for word in asked & _PERMISSIONS.keys()),
            frozenset(_PERSONAL[word] for word in asked & _PERSONAL.keys()),
        )

    def words(self) -> list[str]:
        return sorted([*self.permissions, *self.personal])

    def within(self, other: "OAuthScope") -> "OAuthScope":
        """What both of them hold; it may be nothing."""
        return OAuthScope(self.permissions & other.permissions, self.personal & other.personal)

    def covers(self, other: "OAuthScope") -> bool:
        return other.permissions <= self.permissions and other.personal <= self.personal
