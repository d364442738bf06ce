"""The client's address: what proxies of ours say, and nothing that anybody else does."""

from typing import Any, cast

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient
from litestar.types import HTTPScope
from sqlalchemy import text

from adapters.postgres.database import Database
from entrypoints.door_settings import networks_in
from entrypoints.http.client_address import HOPS_MAX, Proxies
from tests.http.fronts import behind

Client = AsyncTestClient[Litestar]
OURS = "10.0.0.0/8, 2001:db8:1::/48"
XFF = "x-forwarded-for"


def client_of(peer: str | None, *headers: tuple[str, str], header: str = XFF) -> str | None:
    scope = {
        "client": None if peer is None else (peer, 4711),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
    }
    Proxies(networks_in(OURS), header).believe(cast(HTTPScope, scope))
    found = cast(Any, scope["client"])
    return None if found is None else str(found[0])


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.9, 10.0.0.2", "10.0.0.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", "[2001:db8:2::7]:443", "2001:db8:2::7"),
        ("10.0.0.1", "2001:db8:2::7", "2001:db8:2::7"),
        ("2001:db8:1::1", "198.51.100.1", "198.51.100.1"),
        ("::ffff:10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("::ffff:203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1,", "10.0.0.1"),
        ("10.0.0.1", "127.1", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.2, unknown, 10.0.0.3", "10.0.0.1"),
        ("10.0.0.1", "nonsense, 198.51.100.1", "198.51.100.1"),
        (None, "198.51.100.1", None),
        ("socket", "198.51.100.1", "socket"),
    ],
)
def test_in_11_only_our_proxies_are_believed(
    peer: str | None, said: str, client: str | None
) -> None:
    assert client_of(peer, (XFF, said)) == client


def test_several_headers_are_one_chain() -> None:
    assert client_of("10.0.0.1", (XFF, "1.1.1.1"), (XFF, "198.51.100.1")) == "198.51.100.1"


def test_a_chain_without_end_is_read_from_its_end() -> None:
    chain = ", ".join(["198.51.100.1", *["10.0.0.2"] * HOPS_MAX * 100])

    assert client_of("10.0.0.1", (XFF, chain)) == "10.0.0.2"


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ("for=198.51.100.1", "198.51.100.1"),
        ('for="198.51.100.1:4711";proto=https;host=x', "198.51.100.1"),
        ('For=1.1.1.1, proto=https;FOR="[2001:db8:2::7]:4711", for=10.0.0.2', "2001:db8:2::7"),
        ("for=unknown", "10.0.0.1"),
        ("for=_hidden, for=10.0.0.2", "10.0.0.1"),
        ("proto=https", "10.0.0.1"),
    ],
)
def test_the_standard_header_where_proxies_write_that(said: str, client: str) -> None:
    """RFC 7239. The header that ours do not write is passed on as anybody forged it."""
    assert client_of("10.0.0.1", ("forwarded", said), header="forwarded") == client
    assert client_of("10.0.0.1", ("forwarded", said)) == "10.0.0.1"
    assert client_of("10.0.0.1", (XFF, "1.1.1.1"), header="forwarded") == "10.0.0.1"


FORGED = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-For": "198.51.100.66",
    "X-Forwarded-Proto": "gopher",
    "Forwarded": "for=198.51.100.66;host=evil.example;proto=gopher",
    "X-Original-URL": "/api/v1/evil.example",
    "X-Rewrite-URL": "/api/v1/evil.example",
    "X-Real-IP": "198.51.100.66",
}


@pytest.mark.parametrize("trusted", ["", OURS])
async def test_in_11_forged_headers_change_no_answer_and_no_session(
    client: Client, postgres: Database, trusted: str
) -> None:
    account = {"email": "a@example.com", "password": "Password123!", "firstName": "A"}
    account |= {"lastName": "B"}
    with behind(client, trusted_proxies=trusted):
        answers = [
            await client.post("/api/v1/auth/register", json=account, headers=FORGED),
            await client.get("/", headers=FORGED, follow_redirects=False),
            await client.get("/api/v1/docs", headers=FORGED),
            await client.get("/api/v1/nowhere", headers=FORGED),
            await client.get("/api/v1/events", headers=FORGED),
        ]

    assert [answer.status_code for answer in answers] == [201, 302, 200, 404, 200]
    for answer in answers:
        assert "evil.example" not in answer.text + repr(answer.headers)
    async with postgres.engine.connect() as connection:
        seen = (await connection.execute(text("select ip from sessions"))).scalar_one()
    assert "198.51.100.66" not in str(seen)
