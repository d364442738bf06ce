"""Tokens as an attacker would make them."""

import base64
import hashlib
import hmac
import json
from typing import Any


def part(value: dict[str, Any]) -> str:
    return encoded(json.dumps(value).encode())


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def opened(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of an honest token."""
    header, claims, _ = token.split(".")
    decoded = (json.loads(base64.urlsafe_b64decode(text + "==")) for text in (header, claims))
    first, second = decoded
    return first, second


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    return f"{part(header)}.{part(claims)}.{encoded(signature)}"


def with_hmac(header: dict[str, Any], claims: dict[str, Any], key: bytes) -> str:
    """HS256, with whatever the attacker knows as the key: our public one, for instance."""
    signed = f"{part(header)}.{part(claims)}"
    return f"{signed}.{encoded(hmac.digest(key, signed.encode(), hashlib.sha256))}"
