"""The doors to payments."""

from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import UNSET, UnsetType

from application.payments.create_payment_intent import (
    CreatePaymentIntent,
    CreatePaymentIntentCommand,
    PaymentIntentView,
)
from application.payments.queries import PaymentFilter, PaymentQueries, PaymentView
from application.payments.receive_gateway_notice import ReceiveGatewayNotice
from application.sales.ports import ChargeCommand
from application.sales.settle_payments import SettlementResult
from application.shared.actor import Actor
from application.shared.coalescer import Coalescer
from application.shared.messages import Command, View
from application.shared.order_links import Shopper
from application.shared.paging import Page, PageRequest
from domain.shared.ids import OrderId, PaymentId
from entrypoints.http.given import Given
from entrypoints.http.parameters import ByOrganization

NOTICE_BYTES_MAX = 1_048_576

ByOrder = Annotated[OrderId | None, QueryParameter(name="orderId")]


class PaymentMethodChoice(Command):
    payment_method: str
    """The processor's name for a card or account."""


class PaymentConfirmation(PaymentMethodChoice):
    payment_id: PaymentId


class ConfirmedPaymentView(View):
    """Where the payment and its order stand. A decline is an answer: `failed`, and why."""

    payment_id: PaymentId
    status: str
    order_id: OrderId
    order_status: str
    failure_code: str | UnsetType = UNSET
    client_secret: str | UnsetType = UNSET
    """Set while the buyer must do something in the browser (`requires_action`)."""
    refund_reason: str | UnsetType = UNSET
    """Set if the money goes back by itself: `stock_gone`, `event_cancelled`, `paid_twice` ..."""


class NoticeReceived(View):
    received: bool = True


class PaymentController(Controller):
    path = "/payments"
    tags = ["Payments"]

    @post("/create-intent", operation_id="create_payment_intent", summary="Begin to pay an order")
    async def create_payment_intent(
        self,
        data: JSONBody[CreatePaymentIntentCommand],
        shopper: Given[Shopper],
        create_payment_intent: Given[CreatePaymentIntent],
    ) -> Response[PaymentIntentView]:
        return _created(await create_payment_intent(shopper, data))

    @post(
        "/intent",
        operation_id="create_payment_intent__alias_1",
        summary="Begin to pay an order",
        deprecated=True,
    )
    async def create_payment_intent__alias_1(
        self,
        data: JSONBody[CreatePaymentIntentCommand],
        shopper: Given[Shopper],
        create_payment_intent: Given[CreatePaymentIntent],
    ) -> Response[PaymentIntentView]:
        return _created(await create_payment_intent(shopper, data))

    @post(
        "/confirm",
        operation_id="confirm_payment",
        summary="Pay with a payment method",
        status_code=200,
    )
    async def confirm_payment(
        self,
        data: JSONBody[PaymentConfirmation],
        shopper: Given[Shopper],
        payment_lane: Given[Coalescer[ChargeCommand, SettlementResult]],
    ) -> ConfirmedPaymentView:
        return await _confirm(payment_lane, shopper, data.payment_id, data.payment_method)

    @post(
        "/{payment_id:uuid}/confirm",
        operation_id="confirm_payment__alias_1",
        summary="Pay with a payment method",
        status_code=200,
        deprecated=True,
    )
    async def confirm_payment__alias_1(
        self,
        payment_id: FromPath[PaymentId],
        data: JSONBody[PaymentMethodChoice],
        shopper: Given[Shopper],
        payment_lane: Given[Coalescer[ChargeCommand, SettlementResult]],
    ) -> ConfirmedPaymentView:
        return await _confirm(payment_lane, shopper, payment_id, data.payment_method)

    @post(
        "/webhook",
        operation_id="receive_gateway_notice",
        summary="Take a message of the card processor",
        description="The raw body is verified against its signature header; there is no token.",
        status_code=200,
        request_max_body_size=NOTICE_BYTES_MAX,
    )
    async def receive_gateway_notice(
        self,
        request: Request[Any, Any, State],
        receive_gateway_notice: Given[ReceiveGatewayNotice],
    ) -> NoticeReceived:
        return await _receive(request, receive_gateway_notice)

    @get(operation_id="list_payments", summary="List payments")
    async def list_payments(
        self,
        actor: Given[Actor],
        payment_queries: Given[PaymentQueries],
        page: Given[PageRequest],
        organization_id: ByOrganization = None,
        order_id: ByOrder = None,
    ) -> Page[PaymentView]:
        where = PaymentFilter(organization_id=organization_id, order_id=order_id)
        return await payment_queries.list_payments(actor, where, page)

    @get("/{payment_id:uuid}", operation_id="get_payment", summary="Show a payment")
    async def get_payment(
        self,
        payment_id: FromPath[PaymentId],
        actor: Given[Actor],
        payment_queries: Given[PaymentQueries],
    ) -> PaymentView:
        return await payment_queries.get_payment(actor, payment_id)


class StripeWebhookController(Controller):
    path = "/webhooks/stripe"
    tags = ["Payments"]

    @post(
        operation_id="receive_gateway_notice__alias_1",
        summary="Take a message of the card processor",
        status_code=200,
        deprecated=True,
        request_max_body_size=NOTICE_BYTES_MAX,
    )
    async def receive_gateway_notice__alias_1(
        self,
        request: Request[Any, Any, State],
        receive_gateway_notice: Given[ReceiveGatewayNotice],
    ) -> NoticeReceived:
        return await _receive(request, receive_gateway_notice)


def _created(view: PaymentIntentView) -> Response[PaymentIntentView]:
    return Response(view, headers={"Location": f"/api/v1/payments/{view.payment_id}"})


async def _confirm(
    payment_lane: Coalescer[ChargeCommand, SettlementResult],
    shopper: Shopper,
    payment_id: PaymentId,
    payment_method: str,
) -> ConfirmedPaymentView:
    result = await payment_lane(ChargeCommand(shopper, payment_id, payment_method))
    needs_action = result.payment_state.value == "requires_action"
    return ConfirmedPaymentView(
        payment_id=result.payment_id,
        status=result.payment_state.value,
        order_id=result.order_id,
        order_status=result.order_status.value,
        failure_code=result.failure_code or UNSET,
        client_secret=(result.client_secret or UNSET) if needs_action else UNSET,
        refund_reason=result.refund_reason or UNSET,
    )


async def _receive(
    request: Request[Any, Any, State], receive_gateway_notice: ReceiveGatewayNotice
) -> NoticeReceived:
    await receive_gateway_notice(await request.body(), dict(request.headers))
    return NoticeReceived()
