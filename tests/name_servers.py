"""Name servers of our own: they know what a test tells them."""

from collections.abc import Collection

from domain.shared.errors import Unavailable


class KnownRecords:
    """TXT records by name."""

    def __init__(self) -> None:
        self.known: dict[str, list[str]] = {}
        self.is_down = False

    async def texts(self, name: str) -> Collection[str]:
        if self.is_down:
            raise Unavailable
        return self.known.get(name, ())

    def set(self, name: str, text: str) -> None:
        self.known.setdefault(name, []).append(text)
