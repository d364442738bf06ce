"""The published contract: Litestar's OpenAPI document, with every refusal and who must sign in."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Response, Router, get
from litestar.datastructures import CacheControlHeader
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    OpenAPIHeader,
    OpenAPIMediaType,
    OpenAPIResponse,
    OpenAPIType,
    Operation,
    Parameter,
    Reference,
    RequestBody,
    Schema,
    SecurityScheme,
)
from litestar.response import Redirect
from litestar.static_files import create_static_files_router

from entrypoints.http.access import access_to
from entrypoints.http.problems import MEDIA_TYPE
from entrypoints.http.request_keys import KEY_LONGEST, is_remembered
from entrypoints.http.safe_headers import DOCS_POLICY

FILES = Path(__file__).parent / "swagger"
DESCRIPTION = """
Tixmo sells and checks tickets. Sign in with `POST /api/v1/auth/login`, press **Authorize** and
paste the `accessToken`. Money is a decimal string beside its currency, times carry their offset,
lists go on with `nextCursor`. Every refusal is an `application/problem+json` with a stable `code`.
"""

_TITLES = {
    400: "The request cannot be read",
    401: "Sign in first",
    403: "Your role does not allow it",
    404: "There is no such thing, or it is not yours to see",
    409: "It does not fit the present state",
    413: "The body is too large",
    414: "The address is too long",
    415: "The body is said to be something else than JSON",
    422: "The domain refuses it",
    429: "You ask too often; Retry-After says when to come back, if that helps",
    503: "Something we depend on is down; Retry-After says when to come back",
}
OPEN_TO_GUESTS = {
    "visitor",
    "leaver",
    "buyer",
    "cart_visitor",
    "reader",
    "shopper",
    "canceller",
    "waiting_reader",
    "waiting_visitor",
}
"""Dependencies of doors that a token opens, and something else or nothing too."""

_TEXT = Schema(type=OpenAPIType.STRING)
_PROBLEM = Schema(
    type=OpenAPIType.OBJECT,
    title="Problem",
    description="Why a request was refused (RFC 9457); the facts of a refusal are further members.",
    required=["type", "title", "status", "code", "detail", "requestId"],
    properties={
        "type": _TEXT,
        "title": _TEXT,
        "status": Schema(type=OpenAPIType.INTEGER),
        "code": Schema(type=OpenAPIType.STRING, description="Stable, in lower_snake."),
        "detail": _TEXT,
        "requestId": _TEXT,
        "errors": Schema(
            type=OpenAPIType.ARRAY,
            items=Schema(
                type=OpenAPIType.OBJECT,
                required=["path", "detail"],
                properties={"path": _TEXT, "detail": _TEXT},
            ),
        ),
    },
)


_RFC_6749_REFUSAL = OpenAPIMediaType(
    schema=Schema(
        type=OpenAPIType.OBJECT,
        required=["error"],
        properties={"error": _TEXT, "error_description": _TEXT},
    )
)
_KEY = Parameter(
    name="Idempotency-Key",
    param_in="header",
    description="Makes the request repeatable for 72 hours: sent again with the same key, method, "
    "path, query and body it has no second effect and is answered like the first. With anything "
    "else the key is refused (422 `idempotency_key_reused`); while the first is under way, 409 "
    "`idempotency_key_in_flight`. What was refused may be corrected under the same key.",
    schema=Schema(
        type=OpenAPIType.STRING, min_length=1, max_length=KEY_LONGEST, pattern="^[\\x21-\\x7e]+$"
    ),
)
_UNREMEMBERED_KEY = replace(
    _KEY,
    description="Accepted like everywhere, but this request is carried out each time it comes.",
)
_REPLAYED = OpenAPIHeader(
    description="`true` if this is the answer to an earlier request with the same key.",
    schema=Schema(type=OpenAPIType.STRING, enum=["true"]),
)


class DocumentRouter(Router):
    """Without Litestar's page for unknown paths beneath it: ours are answered as problems."""

    def register(self, value: Any) -> list[Any]:
        if isinstance(value, HTTPRouteHandler) and any("{path" in path for path in value.paths):
            return []
        return list(super().register(value))


def openapi_config() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Tixmo",
        version="1",
        description=DESCRIPTION,
        openapi_router=DocumentRouter("/api/v1", route_handlers=[], include_in_schema=False),
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        use_handler_docstrings=True,
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")
            },
        ),
    )


@get("/docs", operation_id="show_docs", include_in_schema=False, media_type=MediaType.HTML)
async def show_docs() -> Response[bytes]:
    """The documentation as a page; its files lie beside it."""
    return Response(
        (FILES / "docs.html").read_bytes(),
        media_type=MediaType.HTML,
        headers={"Content-Security-Policy": DOCS_POLICY},
    )


@get("/", include_in_schema=False)
async def show_the_way() -> Redirect:
    """Whoever opens the bare address in a browser finds the documentation."""
    return Redirect("/api/v1/docs")


def docs_files() -> Router:
    return create_static_files_router(
        path="/docs",
        directories=[FILES],
        include_in_schema=False,
        cache_control=CacheControlHeader(max_age=3600),
        name="docs-files",
    )


def declare_refusals(app: Litestar) -> None:
    """Write into the document, before it is first rendered, what each operation may refuse."""
    document = app.openapi_schema
    handlers = {
        handler.operation_id: handler
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler)
    }
    # Not in the configuration: Litestar overwrites its schemas with those it finds in handlers.
    document.components.schemas = {**(document.components.schemas or {}), "Problem": _PROBLEM}
    for path in (document.paths or {}).values():
        for method in ("get", "post", "put", "patch", "delete"):
            operation = getattr(path, method)
            if operation is not None:
                _declare(operation, handlers[operation.operation_id], method)
                _declare_permission(operation)


def _declare(operation: Operation, handler: HTTPRouteHandler, method: str) -> None:
    asked = set(handler.parsed_fn_signature.parameters)
    statuses = {400, 414, 429, 503}
    if asked & {"actor", "person", "door"} | asked & OPEN_TO_GUESTS:
        statuses |= {401} if method == "get" else {401, 403}
        is_open = bool(asked & OPEN_TO_GUESTS)
        operation.security = [{"bearer": []}, {}] if is_open else [{"bearer": []}]
    if asked & {"actor", "person", "door", "reader", "shopper", "canceller", "waiting_reader"}:
        statuses |= {403, 404}
    statuses |= {403} if asked & {"buyer", "cart_visitor", "waiting_visitor"} else set()
    if any(name.endswith(("_id", "token")) for name in asked):
        statuses |= {404}
    if asked & {"page"}:
        statuses |= {422}
    if method != "get":
        statuses |= {401, 404, 409, 413, 422}
    statuses |= set(handler.opt.get("refuses", ()))
    body = handler.parsed_fn_signature.parameters.get("data")
    statuses |= {415} if body is not None else set()
    if body is not None and body.is_optional and isinstance(operation.request_body, RequestBody):
        operation.request_body.required = False
    responses = operation.responses or {}
    for media_type in handler.opt.get("also", ()):
        content = getattr(responses[str(handler.status_code)], "content", None) or {}
        content[media_type] = next(iter(content.values()))
    responses.pop("400", None)
    if method != "get":
        _declare_key(operation, responses)
    for status in sorted(statuses):
        responses.setdefault(str(status), _refusal(status, handler))
    operation.responses = responses


def _declare_permission(operation: Operation) -> None:
    """Raises Unplaced for an operation that is not in the table of who may call what."""
    permission = access_to(operation.operation_id or "").permission
    if permission is not None:
        told = f"Members need the permission `{permission.value}`."
        operation.description = f"{operation.description or ''}\n\n{told}".strip()


def _declare_key(operation: Operation, responses: Any) -> None:
    remembered = is_remembered(operation.operation_id or "")
    operation.parameters = [
        *(operation.parameters or []),
        _KEY if remembered else _UNREMEMBERED_KEY,
    ]
    for response in responses.values() if remembered else ():
        response.headers = {**(response.headers or {}), "Idempotency-Replayed": _REPLAYED}


def _refusal(status: int, handler: HTTPRouteHandler) -> OpenAPIResponse:
    schema: Any = Reference(ref="#/components/schemas/Problem")
    content = {MEDIA_TYPE: OpenAPIMediaType(schema=schema)}
    if handler.opt.get("refuses_by_rfc_6749") and status in (400, 401):
        content["application/json"] = _RFC_6749_REFUSAL
    return OpenAPIResponse(description=_TITLES[status], content=content)


def published(app: Litestar) -> bytes:
    """The document as it is committed: sorted and indented, so that a diff is readable."""
    schema = app.openapi_schema.to_schema()
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=1) + b"\n"
