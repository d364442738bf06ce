"""Our double of Stripe: the endpoints we use, strict about what we send, able to fail on command.

    double = StripeDouble()
    gateway = StripeGateway(double.api_key, [double.webhook_secret], http_client=in_process(double))

`double.intents`, `double.refunds` and `double.requests` show what it holds and heard; a test may
change what it holds. `double.fail(...)` scripts a fault, `double.webhook(...)` signs a message.
"""

from tests.stripe_double.app import Fault, StripeDouble
from tests.stripe_double.client import in_process

__all__ = ["Fault", "StripeDouble", "in_process"]
