from collections.abc import AsyncIterator

import pytest

from adapters.stripe.gateway import StripeGateway
from tests.stripe_double import StripeDouble, in_process


@pytest.fixture
def double() -> StripeDouble:
    return StripeDouble()


@pytest.fixture
async def gateway(double: StripeDouble) -> AsyncIterator[StripeGateway]:
    stripe = StripeGateway(
        double.api_key, [double.webhook_secret], http_client=in_process(double), call_s_max=5
    )
    yield stripe
    await stripe.close()
