"""Who waits, a signed-in person or a guest with the secret of a place in line; and who looks."""

from typing import Annotated, Any

from litestar import Request
from litestar.datastructures import State
from litestar.params import HeaderParameter

from adapters.tokens.clients import ClientDigests
from application.sales.waiting_list_ports import WaitingVisitor
from application.shared.actor import Actor, authorize_person
from entrypoints.http.client_address import address_of
from entrypoints.http.given import Given
from entrypoints.http.origins import origin_of
from entrypoints.http.sales.guest_keys import keyed_guest

Secret = Annotated[
    str | None,
    HeaderParameter(
        name="X-Waiting-Secret",
        description="Of a guest's place in line: its `secret`, told when joining.",
    ),
]


async def provide_waiting_reader(
    request: Request[Any, Any, State],
    visitor: Given[Actor | None],
    client_digests: Given[ClientDigests],
    waiting_secret: Secret = None,
) -> WaitingVisitor:
    """Whoever signed in, or a guest known by a secret, or else by its address."""
    if visitor is not None:
        client = client_digests.of_person(visitor.user_id)
        return WaitingVisitor(actor=visitor, secret=waiting_secret, client=client)
    client = client_digests.of_address(address_of(request))
    keyed = await keyed_guest(request, client_digests, waiting_secret, client)
    origin = origin_of(request.scope, None)
    return WaitingVisitor(secret=waiting_secret, client=client, keyed=keyed, origin=origin)


async def provide_waiting_visitor(waiting_reader: Given[WaitingVisitor]) -> WaitingVisitor:
    """Who waits themselves, a person or a guest. Raises PersonRequired."""
    if waiting_reader.actor is not None:
        authorize_person(waiting_reader.actor)
    return waiting_reader
