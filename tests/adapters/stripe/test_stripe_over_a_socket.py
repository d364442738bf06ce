"""The HTTP client of production, on a real socket."""

import asyncio
import json
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator

import pytest

from adapters.stripe.gateway import StripeGateway
from domain.payments.errors import GatewayDown
from tests.contracts.gateway_contract import a_charge
from tests.stripe_double.ledger import Intent

# The stripe library hands httpx its form as `data`, which httpx no longer likes.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

INTENT = Intent(amount=4250, currency="eur", is_live=False, metadata={})


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """A server on this machine that answers every request with one intent."""

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        (length,) = (line for line in head.splitlines() if line.startswith("content-length:"))
        await reader.readexactly(int(length.partition(":")[2]))
        body = json.dumps(INTENT.wire()).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n")
        writer.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}"


async def test_the_client_of_production_reaches_the_given_address(address: str) -> None:
    gateway = StripeGateway("sk_test_1", [], api_base=address)

    created = await gateway.create(a_charge())

    assert created.provider_ref == INTENT.id
    await gateway.close()


async def test_an_address_where_nobody_listens_means_down(unused_tcp_port: int) -> None:
    address = f"http://127.0.0.1:{unused_tcp_port}"
    gateway = StripeGateway("sk_test_1", [], api_base=address, call_s_max=0.1)

    with pytest.raises(GatewayDown):
        await gateway.create(a_charge())

    await gateway.close()
