"""Calls to a provider: bounded in time and size, over https, and never led elsewhere."""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx
import msgspec

from adapters.oidc.configuration import is_address

SECONDS_MAX = 10.0
BYTES_MAX = 262_144


class Unanswered(Exception):
    """No answer that can be read; the text says why, for the log."""


class Answer(NamedTuple):
    """What came back, whatever the status."""

    status: int
    content: dict[str, Any]


class ProviderCalls:
    """Asks for JSON objects. The connections are made at the first call."""

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        allow_http: bool = False,
        seconds_max: float = SECONDS_MAX,
        bytes_max: int = BYTES_MAX,
    ) -> None:
        """`transport` is another way than the network; `seconds_max` bounds one call in all."""
        self._transport = transport
        self._allow_http = allow_http
        self._seconds_max = seconds_max
        self._bytes_max = bytes_max
        self._client: httpx.AsyncClient | None = None

    async def get(self, url: str, bearer: str | None = None) -> Answer:
        """Raises Unanswered."""
        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        return await self._call("GET", url, headers)

    async def post(
        self, url: str, form: Mapping[str, str], basic: tuple[str, str] | None = None
    ) -> Answer:
        """Raises Unanswered."""
        auth = None if basic is None else httpx.BasicAuth(*basic)
        return await self._call("POST", url, {}, data=form, auth=auth)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _call(self, method: str, url: str, headers: dict[str, str], **how: Any) -> Answer:
        if not is_address(url, self._allow_http):
            raise Unanswered("the address is not https")
        if self._client is None:
            self._client = httpx.AsyncClient(
                transport=self._transport, follow_redirects=False, timeout=self._seconds_max
            )
        asked = {"Accept": "application/json", "Accept-Encoding": "identity"} | headers
        try:
            async with (
                asyncio.timeout(self._seconds_max),
                self._client.stream(method, url, headers=asked, **how) as response,
            ):
                return Answer(response.status_code, await self._content(response))
        except TimeoutError as error:
            raise Unanswered(f"no answer within {self._seconds_max:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unanswered(type(error).__name__) from error

    async def _content(self, response: httpx.Response) -> dict[str, Any]:
        if response.is_redirect:
            raise Unanswered("it redirects")
        if response.headers.get("content-encoding", "identity") != "identity":
            raise Unanswered("it packs its answer, unasked")
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > self._bytes_max:
                raise Unanswered(f"more than {self._bytes_max} bytes")
        try:
            return msgspec.json.decode(bytes(body), type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise Unanswered(f"status {response.status_code}, no JSON object") from error
