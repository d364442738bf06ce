"""Words that people typed: trimmed, bounded, without control characters."""

import re
import unicodedata

from domain.shared.errors import Invalid

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class InvalidText(Invalid):
    """A text is empty, too long or has characters that cannot be kept."""

    code = "invalid_text"


def clean(text: str, *, field: str, longest: int, shortest: int = 1) -> str:
    """The text in Unicode's composed form without outer space. Raises InvalidText."""
    cleaned = unicodedata.normalize("NFC", text).strip()
    if _CONTROL.search(cleaned):
        raise InvalidText(f"{field} has control characters.", field=field)
    if not shortest <= len(cleaned) <= longest:
        raise InvalidText(
            f"{field} takes {shortest} to {longest} characters.",
            field=field,
            shortest=shortest,
            longest=longest,
        )
    return cleaned


def slug_of(name: str) -> str:
    """`Łódź Rock & Soul` becomes `lodz-rock-soul`; what has no Latin form is left out."""
    plain = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L"))
    ascii_only = plain.encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:80].strip("-")
