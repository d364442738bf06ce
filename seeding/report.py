"""What seeding says when it is done."""

from collections.abc import Iterator, Mapping
from enum import Enum

from msgspec import Struct


class SeedOutcome(Enum):
    """What became of the wish for a world."""

    SEEDED = "The demo world is ready."
    ALREADY_THERE = "The demo world is there already; nothing was changed."
    INTERRUPTED = (
        "An earlier seeding was interrupted, so the demo world is incomplete; nothing was changed."
        " For a whole one, start with an empty database."
    )


class Login(Struct, frozen=True):
    email: str
    name: str
    role: str


class ScannerKey(Struct, frozen=True):
    """A secret that is told this once and kept nowhere."""

    organization: str
    scanner: str
    key: str


class SeedReport(Struct, frozen=True, kw_only=True):
    """`str(report)` is fit for a terminal. Logins, keys and counts are those of this seeding."""

    outcome: SeedOutcome
    password: str
    logins: tuple[Login, ...] = ()
    scanner_keys: tuple[ScannerKey, ...] = ()
    counts: Mapping[str, int] = {}

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield self.outcome.value
        if self.counts:
            yield ", ".join(f"{count} {what}" for what, count in self.counts.items()) + "."
        if self.logins:
            width = max(len(login.email) for login in self.logins)
            yield f"\nSign in with the password {self.password} as"
            for login in self.logins:
                yield f"  {login.email:<{width}}  {login.name}, {login.role}"
        if self.scanner_keys:
            width = max(len(f"{one.organization}, {one.scanner}") for one in self.scanner_keys)
            yield "\nScanner keys, shown only now:"
            for one in self.scanner_keys:
                yield f"  {f'{one.organization}, {one.scanner}':<{width}}  {one.key}"
