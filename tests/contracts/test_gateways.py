"""Every card processor keeps the same promises."""

from collections.abc import AsyncIterator

import pytest

from adapters.simulated.gateway import SimulatedGateway
from adapters.stripe.gateway import StripeGateway
from application.payments.gateway import PaymentGateway
from tests.contracts.gateway_contract import GatewayContract
from tests.stripe_double import StripeDouble, in_process


class TestSimulatedGateway(GatewayContract):
    @pytest.fixture
    def gateway(self) -> PaymentGateway:
        return SimulatedGateway()


class TestStripeGateway(GatewayContract):
    @pytest.fixture
    async def gateway(self) -> AsyncIterator[PaymentGateway]:
        double = StripeDouble()
        stripe = StripeGateway(
            double.api_key, [double.webhook_secret], http_client=in_process(double)
        )
        yield stripe
        await stripe.close()
