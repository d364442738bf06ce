"""Whose key a guest's Idempotency-Key is: two who choose the same one shall not meet, and whoever
repeats a request shall find it again, from another network too.
"""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import State
from msgspec import Struct

from adapters.tokens.clients import ClientDigests
from application.shared.idempotency import KeyedRequest
from entrypoints.http.request_keys import KEY_HEADER, keyed_request


class _Buyer(Struct):
    email: str


class _NamesABuyer(Struct):
    buyer: _Buyer | None = None


_DECODER = msgspec.json.Decoder(_NamesABuyer)


async def keyed_guest(
    request: Request[Any, Any, State], digests: ClientDigests, token: str | None, address: UUID
) -> KeyedRequest | None:
    """A guest's write with its key, which is the named buyer's; without a name it belongs to the
    cart's or the place's token, or else to the address of the socket.
    """
    if not any(name == KEY_HEADER for name, _ in request.scope["headers"]):
        return None
    email = _email_in(await request.body())
    if email is not None:
        return await keyed_request(request, digests.of_email(email))
    return await keyed_request(request, digests.of_token(token) if token else address)


def _email_in(body: bytes) -> str | None:
    """The buyer's; a body that cannot be read has none, and is refused by who reads all of it."""
    try:
        buyer = _DECODER.decode(body).buyer
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return None if buyer is None else buyer.email
