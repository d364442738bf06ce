"""Words that people typed: trimmed, bounded, without control characters."""

import re
import unicodedata

from domain.shared.errors import Invalid

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class InvalidText(Invalid):
    """A text is empty, too long or has characters that cannot be kept."""

    code = "invalid_text"


def clean(text: str, *, field: str, longest: int, shortest: int = 1, lines: bool = False) -> str:
    """The text in Unicode's composed form without outer space. Raises InvalidText."""
    cleaned = unicodedata.normalize("NFC", text).strip()
    if (_CONTROL_BUT_LINES if lines else _CONTROL).search(cleaned):
        raise InvalidText(f"{field} has control characters.", field=field)
    if not shortest <= len(cleaned) <= longest:
        raise InvalidText(
            f"{field} takes {shortest} to {longest} characters.",
            field=field,
            shortest=shortest,
            longest=longest,
        )
    if shortest and all(unicodedata.category(sign)[0] in "CZ" for sign in cleaned):
        raise InvalidText(f"{field} has nothing to be read.", field=field)
    return cleaned


def slug_of(name: str) -> str:
    """`Łódź Rock & Soul` becomes `lodz-rock-soul`; what has no Latin form is left out."""
    plain = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L"))
    ascii_only = plain.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:80].strip("-")
