"""Payments, put together; the settings choose who collects the money."""

from dependency_injector import containers, providers

from adapters.bridges.cashier import BridgedCashier
from adapters.bridges.settle import BridgedSettle
from adapters.postgres.payments.book import PostgresPaymentBook
from adapters.postgres.payments.queries import PostgresPaymentQueries
from adapters.postgres.payments.store import PostgresPaymentsTransaction
from adapters.simulated.gateway import SimulatedGateway
from application.payments.apply_gateway_notice import ApplyGatewayNotice
from application.payments.charge_payments import ChargePayments
from application.payments.create_payment_intent import CreatePaymentIntent
from application.payments.gateway import PaymentGateway
from application.payments.on_refund_requested import OnRefundRequested
from application.payments.receive_gateway_notice import ReceiveGatewayNotice
from application.payments.reconcile_payments import ReconcilePayments
from application.payments.record_intents import RecordIntents
from application.shared.coalescer import Coalescer
from entrypoints.settings import Settings


def _stripe(settings: Settings) -> PaymentGateway:
    # Stripe's library takes 12 MB, which only whoever collects money through it has to pay.
    from adapters.stripe.gateway import StripeGateway

    secrets = [one.strip() for one in settings.stripe_webhook_secrets.split(",") if one.strip()]
    return StripeGateway(settings.stripe_api_key, secrets, settings.stripe_api_base or None)


class Till(containers.DeclarativeContainer):
    """Where money is collected: sales asks here, and payments ask sales to settle (no circle)."""

    core = providers.DependenciesContainer()

    begin = core.database.provided.beginner.call(PostgresPaymentsTransaction)
    book = providers.Singleton(PostgresPaymentBook, core.database)
    gateway = providers.Selector(
        core.settings.provided.payments,
        simulated=providers.Singleton(SimulatedGateway),
        stripe=providers.Singleton(_stripe, core.settings),
    )
    charge_payments = providers.Factory(
        ChargePayments, begin=begin, book=book, gateway=gateway, clock=core.clock
    )
    record_intents = providers.Factory(RecordIntents, begin=begin, orders=book, gateway=gateway)
    intent_lane = providers.Singleton(
        Coalescer, serve=record_intents, again=record_intents.provided.alone
    )
    create_payment_intent = providers.Factory(
        CreatePaymentIntent,
        record=intent_lane,
        alone=record_intents.provided.alone,
        begin=begin,
        gateway=gateway,
        ids=core.ids,
    )
    cashier = providers.Factory(BridgedCashier, charge_payments, gateway, create_payment_intent)


class Payments(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()
    till = providers.DependenciesContainer()
    sales = providers.DependenciesContainer()

    begin = core.database.provided.beginner.call(PostgresPaymentsTransaction)
    payment_queries = providers.Singleton(PostgresPaymentQueries, core.database)
    _settle = providers.Factory(BridgedSettle, sales.settle_payments)

    create_payment_intent = till.create_payment_intent
    receive_gateway_notice = providers.Factory(
        ReceiveGatewayNotice, begin=begin, gateway=till.gateway
    )
    apply_gateway_notice = providers.Factory(
        ApplyGatewayNotice,
        begin=begin,
        book=till.book,
        gateway=till.gateway,
        settle=_settle,
        clock=core.clock,
    )
    reconcile_payments = providers.Factory(
        ReconcilePayments,
        begin=begin,
        book=till.book,
        gateway=till.gateway,
        settle=_settle,
        clock=core.clock,
    )
    on_refund_requested = providers.Factory(
        OnRefundRequested, begin=begin, book=till.book, gateway=till.gateway
    )
