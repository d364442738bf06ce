"""What people, organisations and things are called, and what is told to strangers: what is read is
what was written.
"""

import re
import unicodedata

from domain.shared.text import InvalidText, clean

# What is not seen, or turns the reading direction: overrides, isolates and marks, spaces without
# width, tags and fillers.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
# Joiners belong to Persian and Indic words and to joined emoji, and to nothing that is Latin.
_JOINER = re.compile("[\u200c\u200d]")
_JOINED = re.compile("(?<=[\u0590-\U000dffff])[\u200c\u200d](?=[\u0590-\u1fff\u2600-\U000dffff])")
_FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{2,6}\U000e007f")
"""Such as England's, which is spelt with tags."""
_LINK = re.compile(r"://|(?<!\w)www\.")


class InvalidName(InvalidText):
    """A name has signs that are not seen or turn its direction, or a web address in it."""

    code = "invalid_name"


def clean_name(text: str, *, field: str, longest: int) -> str:
    """As `clean`; mails carry names to strangers, so they have no links in them.

    Raises InvalidText, InvalidName.
    """
    cleaned = clean(text, field=field, longest=longest)
    _require_plain(cleaned, field, InvalidName)
    return cleaned


def clean_notice(text: str, *, field: str, longest: int, shortest: int = 1) -> str:
    """As `clean`, for a sentence that mails carry to others, too. Raises InvalidText."""
    cleaned = clean(text, field=field, longest=longest, shortest=shortest)
    _require_plain(cleaned, field, InvalidText)
    return cleaned


def _require_plain(cleaned: str, field: str, refusal: type[InvalidText]) -> None:
    if not cleaned.isascii() and _is_tricky(cleaned):
        raise refusal(f"{field} has signs that are not seen.", field=field)
    if _LINK.search(unicodedata.normalize("NFKC", cleaned).casefold()):
        raise refusal(f"{field} has a web address in it.", field=field)


def _is_tricky(name: str) -> bool:
    plain = _FLAG.sub("", name)
    return bool(_UNSEEN.search(plain) or _JOINER.search(_JOINED.sub("", plain)))
