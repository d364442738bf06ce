"""Who shops: a signed-in person, a guest with a cart's token, or a guest with an order's secret."""

from typing import Annotated, Any

from litestar import Request
from litestar.datastructures import State
from litestar.params import HeaderParameter, QueryParameter

from adapters.tokens.clients import ClientDigests
from application.sales.carts import CartVisitor
from application.shared.actor import Actor
from application.shared.order_links import Guest, OrderLinks, Shopper
from domain.sales.errors import OrderNotFound
from domain.shared.errors import Unauthenticated
from entrypoints.http.client_address import address_of
from entrypoints.http.given import Given
from entrypoints.http.origins import origin_of
from entrypoints.http.request_keys import keyed_request
from entrypoints.http.sales.guest_keys import keyed_guest

AnyRequest = Request[Any, Any, State]

CartToken = Annotated[
    str | None,
    HeaderParameter(name="X-Cart-Token", description="A guest's cart, as its opening told."),
]
AdmissionPass = Annotated[
    str | None,
    HeaderParameter(name="X-Admission-Pass", description="What the event's waiting room gave."),
]
VisitorName = Annotated[
    str | None,
    HeaderParameter(name="X-Visitor", description="The name under which you waited there."),
]
SecretHeader = Annotated[
    str | None,
    HeaderParameter(name="X-Order-Secret", description="A guest order's `accessSecret`."),
]
SecretInQuery = Annotated[
    str | None,
    QueryParameter(name="secret", description="The same, for links in mails."),
]


async def provide_cart_visitor(
    request: AnyRequest,
    buyer: Given[Actor | None],
    client_digests: Given[ClientDigests],
    cart_token: CartToken = None,
    admission_pass: AdmissionPass = None,
    visitor_name: VisitorName = None,
) -> CartVisitor:
    """A person, or a guest known by the cart's token, or else by its address."""
    if buyer is not None:
        client, keyed = client_digests.of_person(buyer.user_id), buyer.keyed
    else:
        client = client_digests.of_address(address_of(request))
        keyed = await keyed_guest(request, client_digests, cart_token, client)
    return CartVisitor(
        client=client,
        actor=buyer,
        token=cart_token,
        admission_pass=admission_pass,
        visitor=visitor_name or "",
        keyed=keyed,
        origin=origin_of(request.scope, buyer),
    )


async def provide_reader(
    request: AnyRequest,
    visitor: Given[Actor | None],
    order_links: Given[OrderLinks],
    secret: SecretHeader = None,
    secret_in_query: SecretInQuery = None,
) -> Shopper:
    """Who looks at an order: a secret counts before a token. Raises as `provide_shopper`."""
    return await _shopper(request, visitor, order_links, secret or secret_in_query)


async def provide_shopper(
    request: AnyRequest,
    buyer: Given[Actor | None],
    order_links: Given[OrderLinks],
    secret: SecretHeader = None,
) -> Shopper:
    """Who pays an order: no key and no application.

    Raises Unauthenticated, PersonRequired; OrderNotFound for a secret that is not ours.
    """
    return await _shopper(request, buyer, order_links, secret)


async def provide_canceller(
    request: AnyRequest,
    visitor: Given[Actor | None],
    order_links: Given[OrderLinks],
    secret: SecretHeader = None,
) -> Shopper:
    """Who gives up an order: its buyer, or its organiser, also with a key. Raises as a reader."""
    return await _shopper(request, visitor, order_links, secret)


async def _shopper(
    request: AnyRequest, visitor: Actor | None, links: OrderLinks, secret: str | None
) -> Shopper:
    if secret:
        order_id = links.order_of(secret)
        if order_id is None:
            raise OrderNotFound
        keyed = await keyed_request(request, order_id)
        return Guest(order_id=order_id, keyed=keyed, origin=origin_of(request.scope, None))
    if visitor is None:
        raise Unauthenticated("Send an access token, or a guest order's secret: X-Order-Secret.")
    return visitor
