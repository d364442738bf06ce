"""The passwords that everybody knows: a list that comes with us, and a file of stolen ones."""

import asyncio
import hashlib
from pathlib import Path

from zxcvbn.frequency_lists import (  # type: ignore[import-untyped]  # It has no types.
    FREQUENCY_LISTS,
)

_COMMON = frozenset(FREQUENCY_LISTS["passwords"])
_HASH_LENGTH = 40
_LINE_LONGEST = 64
"""A SHA-1 in hexadecimal, a colon, a count and the end of the line."""


class CommonPasswords:
    """The 30,000 most common, in any case; nothing is asked of a network."""

    async def has(self, password: str) -> bool:
        return password.casefold() in _COMMON


class BreachedPasswords:
    """A file of `SHA1:COUNT` lines sorted by hash, as Have I Been Pwned publishes it.

    Searched by halves without loading it: about 40 reads of a line for a file of 40 GB.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._common = CommonPasswords()

    async def has(self, password: str) -> bool:
        if await self._common.has(password):
            return True
        return await asyncio.to_thread(self._is_breached, password)

    def _is_breached(self, password: str) -> bool:
        digest = hashlib.sha1(password.encode(), usedforsecurity=False)
        wanted = digest.hexdigest().upper().encode()
        with self._file.open("rb") as file:
            low, high = 0, file.seek(0, 2)
            # The line that is looked for, if it is there, begins in [low, high).
            while low < high:
                middle = (low + high) // 2
                file.seek(max(middle - 1, 0))
                if middle > 0:
                    file.readline(_LINE_LONGEST)  # The rest of the line before, or its end alone.
                begins = file.tell()
                found = file.readline(_LINE_LONGEST)[:_HASH_LENGTH].upper()
                if found == wanted:
                    return True
                if begins < high and found and found < wanted:
                    low = begins + 1
                else:
                    high = middle
        return False
