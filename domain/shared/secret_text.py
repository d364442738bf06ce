"""Secrets of keys and applications: told once, kept as a hash, known at a glance when they leak."""

import hashlib
import re
import zlib

from domain.shared.words import Word

LONGEST = 160
_SHAPE = re.compile(r"tkt_([a-z]+)_[0-9a-z]{10}_([A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{108})_[0-9a-f]{8}")
"""The longer secret names what it belongs to under our seal."""
_LEAKED = re.compile(r"(tkt_[a-z]+_[0-9a-z]{10})_[A-Za-z0-9_-]{20,108}(_[0-9a-f]{1,8})?")
"""Also a part of one: half a secret is half as hard to guess."""


class SecretKind(Word):
    """What a secret opens; the second word of its text."""

    API_KEY = "live"
    ACCESS = "access"
    """An application's access token."""
    REFRESH = "refresh"
    CODE = "code"
    """What an application exchanges for its tokens, once."""
    CLIENT = "client"
    """What an application proves itself with."""


def spell(kind: SecretKind, number: str, secret: str) -> str:
    """`tkt_live_<number>_<secret>_<checksum>`: scanners for leaked secrets find it by its shape.

    The number tells two secrets apart and opens nothing; `secret` has the 256 random bits.
    """
    head = f"tkt_{kind.value}_{number.lower()}_{secret}"
    return f"{head}_{_checksum(head)}"


def prefix_of(text: str) -> str:
    """The part that may be shown: `tkt_live_<number>`."""
    return "_".join(text.split("_", 3)[:3])


def secret_in(text: str) -> str:
    """The secret part of what `kind_of` knows."""
    return text.split("_", 3)[3][:-9]


def kind_of(text: str) -> SecretKind | None:
    """What the text says it opens; None for what no secret of ours looks like, to the last sign.

    A mistyped secret is refused here, and nobody is asked about it.
    """
    shape = _SHAPE.fullmatch(text) if len(text) <= LONGEST else None
    if shape is None or not text.endswith(_checksum(text[:-9])):
        return None
    try:
        return SecretKind(shape[1])
    except ValueError:
        return None


def without_secrets(text: str) -> str:
    """The text with `tkt_live_<number>_...` in place of each secret."""
    return _LEAKED.sub(r"\1_...", text) if "tkt_" in text else text


def hash_of_secret(text: str) -> bytes:
    """What is kept of it: it has 256 random bits, so it needs neither salt nor slowness."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _checksum(head: str) -> str:
    return f"{zlib.crc32(head.encode()):08x}"
