"""A till with Stripe's double behind it, and one that only plays."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from adapters.memory.database import MemoryDatabase
from adapters.simulated.gateway import SimulatedGateway
from adapters.stripe.gateway import StripeGateway
from tests.application.payments.scene import TillScene
from tests.stripe_double import StripeDouble, in_process


@pytest.fixture
def double() -> StripeDouble:
    return StripeDouble()


@pytest_asyncio.fixture
async def stripe(double: StripeDouble) -> AsyncIterator[StripeGateway]:
    gateway = StripeGateway(
        double.api_key, [double.webhook_secret], http_client=in_process(double), call_s_max=5
    )
    yield gateway
    await gateway.close()


@pytest.fixture
def scene(memory: MemoryDatabase, stripe: StripeGateway) -> TillScene:
    """Stripe collects."""
    return TillScene(memory, stripe)


@pytest.fixture
def local(memory: MemoryDatabase) -> TillScene:
    """The simulation collects."""
    return TillScene(memory, SimulatedGateway())
