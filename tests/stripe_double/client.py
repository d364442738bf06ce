"""The real Stripe client, given the double in process: no socket, no waiting between retries."""

from collections.abc import Awaitable, Mapping

import httpx
import stripe
from anyio.lowlevel import checkpoint

from tests.stripe_double.app import StripeDouble


class _InProcessClient(stripe.HTTPClient):
    """Carries requests to the double; a fault in there is a broken connection, as on a wire."""

    name = "in-process"

    def __init__(self, double: StripeDouble) -> None:
        super().__init__()
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app=double))

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        try:
            answer = await self._http.request(method, url, headers=headers, content=post_data)
        except ConnectionError as error:
            lost = stripe.APIConnectionError("Connection lost.", should_retry=True)  # type: ignore[no-untyped-call]  # The library left it untyped.
            raise lost from error
        return answer.content, answer.status_code, answer.headers

    def sleep_async(self, secs: float) -> Awaitable[None]:
        return checkpoint()

    async def close_async(self) -> None:
        await self._http.aclose()


def in_process(double: StripeDouble) -> stripe.HTTPClient:
    return _InProcessClient(double)
