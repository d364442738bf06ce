"""The one table that turns refusals into `application/problem+json` (RFC 9457)."""

from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, ValidationException

from application.shared.paging import InvalidCursor
from domain.payments.errors import InvalidWebhook
from domain.shared.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    Unauthenticated,
    Unavailable,
)
from entrypoints.http.body import MalformedRequest

AnyRequest = Request[Any, Any, State]
log = structlog.get_logger("tixmo.http")

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[DomainError], int] = {
    MalformedRequest: 400,
    InvalidCursor: 400,
    InvalidWebhook: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    Unavailable: 503,
}


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
    return next(STATUS[base] for base in kind.__mro__ if base in STATUS)


def refuse(request: AnyRequest, error: DomainError) -> Response[Any]:
    """What the domain refused, and where in the request, if the request itself is wrong."""
    status = status_of(type(error))
    facts = {
        camel(name): msgspec.to_builtins(value, enc_hook=str)
        for name, value in error.facts.items()
        if name != "field"
    }
    if status == 422:
        field = error.facts.get("field") or error.field
        path = f"$.{field}" if field else "$"
        facts.setdefault("errors", [{"path": path, "detail": error.detail}])
    return _problem(request, status, error.code, error.title, error.detail, facts)


def refuse_http(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """What Litestar refused: unknown routes, wrong methods, parameters that cannot be read."""
    status = error.status_code if error.status_code in _CODES else 500
    facts: dict[str, Any] = {}
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        facts["errors"] = [
            {
                "path": _path_of(fault),
                "detail": fault.get("message", ""),
            }
            for fault in error.extra
            if isinstance(fault, dict)
        ]
    code = _CODES.get(status, "internal_error")
    title = "The request cannot be read." if status == 400 else str(error.detail)
    if status == 500:
        return fail(request, error)
    response = _problem(request, status, code, title, title, facts)
    for name, value in (error.headers or {}).items():
        response.set_header(name, value)
    return response


def _path_of(fault: dict[str, Any]) -> str:
    source = getattr(fault.get("source"), "value", fault.get("source")) or "query"
    return "$" if source == "body" else f"$.{source}.{fault.get('key', '')}".rstrip(".")


def fail(request: AnyRequest, error: Exception) -> Response[Any]:
    """Our own mistake: logged once with its story, told without it."""
    log.error("request failed", method=request.method, path=request.url.path, exc_info=error)
    title = "Something went wrong on our side."
    return _problem(request, 500, "internal_error", title, title, {})


def _problem(
    request: AnyRequest, status: int, code: str, title: str, detail: str, facts: dict[str, Any]
) -> Response[Any]:
    content = facts | {  # The standard members last: no fact may take their names.
        "type": f"urn:tixmo:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "requestId": request.scope["state"].get("request_id", ""),
    }
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status == 503:
        headers["Retry-After"] = "2"
    return Response(content, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


HANDLERS: dict[int | type[Exception], Any] = {
    DomainError: refuse,
    HTTPException: refuse_http,
    Exception: fail,
}
