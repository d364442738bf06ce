"""Webhooks as Stripe sends them, signed by hand so that the library's check is put to the test."""

import hmac
import json
import secrets
import time
from hashlib import sha256
from typing import Any


def event_body(
    kind: str, subject: dict[str, Any], *, is_live: bool = False, account: str | None = None
) -> bytes:
    event: dict[str, Any] = {
        "id": f"evt_{secrets.token_hex(12)}",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": int(time.time()),
        "data": {"object": subject},
        "livemode": is_live,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
    if account:
        event["account"] = account
    return json.dumps(event, indent=2).encode()


def signature(body: bytes, secret: str, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest()


def signature_header(body: bytes, secret: str, *, at: int | None = None) -> str:
    """`t=..,v1=..` for the body. `at`: Unix time in seconds, now if left out."""
    stamp = int(time.time()) if at is None else at
    return f"t={stamp},v1={signature(body, secret, stamp)}"
