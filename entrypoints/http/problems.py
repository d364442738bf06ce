"""The one table that turns refusals into `application/problem+json` (RFC 9457)."""

from functools import cache
from typing import Any, NamedTuple

import msgspec
import structlog
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import HTTPScope, Send

from application.shared.paging import InvalidCursor
from domain.payments.errors import InvalidWebhook
from domain.shared.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from entrypoints.http.body import MalformedRequest, UnsupportedMediaType
from entrypoints.http.parameters import wire_name

AnyRequest = Request[Any, Any, State]
log = structlog.get_logger("tixmo.http")
_encode = msgspec.json.Encoder(enc_hook=str).encode

MEDIA_TYPE = "application/problem+json"


class AddressTooLong(MalformedRequest):
    """The address of the request is too long."""

    code = "address_too_long"


STATUS: dict[type[DomainError], int] = {
    AddressTooLong: 414,
    UnsupportedMediaType: 415,
    MalformedRequest: 400,
    InvalidCursor: 400,
    InvalidWebhook: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    TooManyRequests: 429,
    Unavailable: 503,
}


_STATUS_OF: dict[type[DomainError], int] = {}

_CODES = {
    400: "malformed_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
    503: "unavailable",
}


def status_of(kind: type[DomainError]) -> int:
    """Along the error's ancestry: the nearest class in the table decides."""
    found = _STATUS_OF.get(kind)
    if found is None:
        found = next(STATUS[base] for base in kind.__mro__ if base in STATUS)
        _STATUS_OF[kind] = found
    return found


class Problem(NamedTuple):
    """What is told, however it is sent."""

    status: int
    content: dict[str, Any]
    """Facts are as the domain said them; whoever encodes them says what is strange as text."""
    headers: dict[str, str]


def refusal_of(error: DomainError, request_id: str) -> Problem:
    """What the domain refused, and where in the request, if the request itself is wrong."""
    status = status_of(type(error))
    facts = {camel(name): value for name, value in error.facts.items() if name != "field"}
    if status in (400, 422):
        field = error.facts.get("field") or error.field
        path = f"$.{field}" if field else "$"
        facts.setdefault("errors", [{"path": path, "detail": error.detail}])
    problem = _problem_of(request_id, status, error.code, error.title, error.detail, facts)
    if "retry_after" in error.facts:
        problem.headers["Retry-After"] = str(error.facts["retry_after"])
    return problem


async def send_refusal(scope: HTTPScope, send: Send, error: DomainError) -> None:
    """Without Litestar. Once everything is sold, nearly every answer is a refusal."""
    status, content, facts = refusal_of(error, str(scope["state"].get("request_id", "")))
    answer = _encode(content)
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", b"%d" % len(answer)),
        *((name.lower().encode(), value.encode()) for name, value in facts.items()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answer, "more_body": False})


def refuse(request: AnyRequest, error: DomainError) -> Response[Any]:
    return _response(refusal_of(error, _id_of(request)))


def refuse_http(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """What Litestar refused: unknown routes, wrong methods, parameters that cannot be read."""
    status = error.status_code if error.status_code in _CODES else 500
    facts: dict[str, Any] = {}
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        facts["errors"] = [
            _fault_of(request, fault) for fault in error.extra if isinstance(fault, dict)
        ]
    if status == 400:
        facts.setdefault("errors", [{"path": "$", "detail": str(error.detail)}])
    code = _CODES.get(status, "internal_error")
    title = "The request cannot be read." if status == 400 else str(error.detail)
    if status == 500:
        return fail(request, error)
    response = _problem(request, status, code, title, title, facts)
    for name, value in (error.headers or {}).items():
        response.set_header(name, value)
    return response


def _fault_of(request: AnyRequest, fault: dict[str, Any]) -> dict[str, str]:
    source = getattr(fault.get("source"), "value", fault.get("source")) or "query"
    if source == "body":  # What there is, StrictBody reads.
        return {"path": "$", "detail": "There is no body; send JSON."}
    key = str(fault.get("key", ""))
    if source in ("query", "header"):
        key = wire_name(request.route_handler, key)
    return {"path": f"$.{source}.{key}".rstrip("."), "detail": fault.get("message", "")}


def fail(request: AnyRequest, error: Exception) -> Response[Any]:
    """Our own mistake: logged once with its story, told without it."""
    log.error("request failed", method=request.method, path=request.url.path, exc_info=error)
    title = "Something went wrong on our side."
    return _problem(request, 500, "internal_error", title, title, {})


def _problem(
    request: AnyRequest, status: int, code: str, title: str, detail: str, facts: dict[str, Any]
) -> Response[Any]:
    return _response(_problem_of(_id_of(request), status, code, title, detail, facts))


def _id_of(request: AnyRequest) -> str:
    return str(request.scope["state"].get("request_id", ""))


def _response(problem: Problem) -> Response[Any]:
    status, content, headers = problem
    content = msgspec.to_builtins(content, enc_hook=str)
    return Response(content, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def _problem_of(
    request_id: str, status: int, code: str, title: str, detail: str, facts: dict[str, Any]
) -> Problem:
    content = facts | {  # The standard members last: no fact may take their names.
        "type": f"urn:tixmo:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "requestId": request_id,
    }
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status == 503:
        headers["Retry-After"] = "2"
    return Problem(status, content, headers)


@cache
def camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


HANDLERS: dict[int | type[Exception], Any] = {
    DomainError: refuse,
    HTTPException: refuse_http,
    Exception: fail,
}
