"""The Idempotency-Key of a write: read, checked and bound to who asks and what is asked.

A key belongs to whoever asks, whatever the route: sent again with another method, path, query or
body it is refused (docs/adr/0009-request-keys.md).
"""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.datastructures import State
from litestar.types import Message, Scope

from application.shared.idempotency import KeyedRequest, RequestKey
from entrypoints.http.body import MalformedRequest, refuse_nul

AnyRequest = Request[Any, Any, State]

KEY_HEADER = b"idempotency-key"
REPLAYED_HEADER = (b"idempotency-replayed", b"true")
KEY_LONGEST = 255
READS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

NOT_REMEMBERED = frozenset(
    {
        # New tokens each time: what is remembered for three days could be stolen for three days.
        "log_in",
        "refresh_session",
        "authenticate_scanner",
        "start_provider_login",
        "finish_provider_login",
        "start_support_visit",
        # What a provider said is good once.
        "link_identity",
        "log_in_with_passkey",
        # Secrets that are told once, and challenges that are made each time.
        "enable_second_factor",
        "renew_recovery_codes",
        "prepare_passkey",
        "prepare_passkey_log_in",
        # What is answered counts once, and a wrong answer counts as well.
        "verify_second_factor",
        "disable_second_factor",
        "register_passkey",
        # Codes and tokens likewise; to ask and to give back changes nothing the second time.
        "allow_application",
        "issue_token",
        "revoke_token",
        "introspect_token",
        # A mail's token works once, and which address asked is to be seen nowhere.
        "verify_email",
        "forgot_password",
        "reset_password",
        # What lets people in: shown again each time, and the second time the first has changed it.
        "change_password",
        "change_email",
        "delete_me",
        # Whoever is signed out cannot ask again.
        "log_out",
        # Whoever closed it is no member any more.
        "close_organization",
        # Change nothing.
        "validate_promo_code",
        "return_from_provider",
        # A place in line is kept by the visitor's name, and not by us.
        "enter_queue",
        # The card processor's messages have ids of their own.
        "receive_gateway_notice",
    }
)
"""Operations that take a key and do not remember it; their aliases neither."""

_KEY = re.compile(rb"[\x21-\x7e]{1,%d}" % KEY_LONGEST)
_NOBODY = UUID(int=0)
_STATE = "keyed_request"


def is_remembered(operation_id: str) -> bool:
    return operation_id.partition("__alias_")[0] not in NOT_REMEMBERED


class InvalidIdempotencyKey(MalformedRequest):
    """An Idempotency-Key is 1 to 255 visible ASCII characters, sent once."""

    code = "invalid_idempotency_key"
    field = "header.Idempotency-Key"


def request_key_of(
    principal: UUID | None,
    key_header: bytes | None,
    method: str,
    path: str,
    query: bytes,
    body: bytes,
) -> RequestKey | None:
    """The key of a write, None without a header. Raises InvalidIdempotencyKey.

    `principal` is the user or scanner; None is everybody without a token.
    """
    if key_header is None:
        return None
    if _KEY.fullmatch(key_header) is None:
        raise InvalidIdempotencyKey
    mine = sha256((principal or _NOBODY).bytes + key_header).digest()
    where = f"{method} {len(path)} {path} {len(query)} ".encode("utf-8", "surrogateescape")
    asked = sha256(where + query)
    asked.update(body)
    return RequestKey(UUID(bytes=mine[:16]), UUID(bytes=asked.digest()[:16]))


def key_header_of(headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """The header's value, if it is there. Raises InvalidIdempotencyKey if it is there twice."""
    found = [value for name, value in headers if name == KEY_HEADER]
    if len(found) > 1:
        raise InvalidIdempotencyKey
    return found[0] if found else None


async def check_request(request: AnyRequest) -> None:
    """Before every handler. Raises MalformedRequest, InvalidIdempotencyKey."""
    await refuse_nul(request)
    if request.scope["method"] not in READS:
        header = key_header_of(request.scope["headers"])
        if header is not None and _KEY.fullmatch(header) is None:
            raise InvalidIdempotencyKey


async def keyed_request(request: AnyRequest, principal: UUID | None) -> KeyedRequest | None:
    """The write with its key; None for reads, for writes without one, and for those that are not
    remembered.
    """
    scope = request.scope
    if scope["method"] in READS or not is_remembered(str(request.route_handler.operation_id)):
        return None
    header = key_header_of(scope["headers"])
    if header is None:
        return None
    key = request_key_of(
        principal,
        header,
        scope["method"],
        scope["path"],
        scope["query_string"],
        await request.body(),
    )
    assert key is not None, "There was a header."
    keyed = KeyedRequest(key)
    scope["state"][_STATE] = keyed
    return keyed


async def tell_repeats(message: Message, scope: Scope) -> None:
    """Marks the answers to repeated requests."""
    if message["type"] == "http.response.start" and message["status"] < 400:
        keyed = scope["state"].get(_STATE)
        if keyed is not None and keyed.is_repeat:
            message["headers"] = [*message["headers"], REPLAYED_HEADER]
