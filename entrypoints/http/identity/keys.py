"""The door to our public keys, where the standards look for it."""

from litestar import Response, get

from application.identity.queries import KeyQueries
from application.identity.views import KeySetView
from entrypoints.http.given import Given

FRESH_S = 3600
"""A new key is published for longer than this before it signs."""


@get(
    "/.well-known/jwks.json",
    operation_id="show_keys",
    summary="Public keys of access tokens",
    tags=["Accounts"],
)
async def show_keys(key_queries: Given[KeyQueries]) -> Response[KeySetView]:
    """A JWK set (RFC 7517). The key that signs next is in it before it signs."""
    headers = {"Cache-Control": f"public, max-age={FRESH_S}"}
    return Response(key_queries.show_keys(), headers=headers)
