"""Our public keys where the standards look for them, and their rotation under load (AU-04)."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import jwt
import msgspec
from dependency_injector import providers
from litestar import Litestar
from litestar.testing import AsyncTestClient

from entrypoints.container import Container, make_container
from entrypoints.http.app import create_app
from tests.conftest import VirtualClock
from tests.http.test_auth import bearer, registered

Client = AsyncTestClient[Litestar]
KEYS = "/.well-known/jwks.json"


def secret(letter: str) -> str:
    return base64.b64encode(letter.encode() * 32).decode()


@asynccontextmanager
async def a_process(container: Container, signing_secrets: str) -> AsyncIterator[Client]:
    """The application once more on the same servers, started with these secrets."""
    settings = msgspec.structs.replace(container.settings(), signing_secrets=signing_secrets)
    process = make_container(settings)
    for name in ("clock", "virtual_clock", "engine"):
        provider = getattr(container.core, name)
        getattr(process.core, name).override(providers.Object(provider()))
    app = create_app(process, None)
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        yield client


async def test_anybody_may_keep_the_keys_for_a_while_and_verify_with_them(client: Client) -> None:
    session = await registered(client)

    answer = await client.get(KEYS)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    [key] = answer.json()["keys"]
    assert {name: key[name] for name in ("kty", "crv", "kid", "use", "alg")} == {
        "kty": "OKP",
        "crv": "Ed25519",
        "kid": "1",
        "use": "sig",
        "alg": "EdDSA",
    }
    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}
    claims = jwt.decode(
        session["accessToken"],
        jwt.PyJWKSet.from_dict(answer.json())["1"],
        algorithms=["EdDSA"],
        audience="api",
        issuer="tixmo",
        # The application lives in virtual time.
        options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
    )
    assert claims["sub"] == session["user"]["id"]


async def test_keys_are_rotated_under_load_without_one_false_401(
    container: Container, clock: VirtualClock
) -> None:
    """AU-04: each process is restarted with the next key; then it signs, in all of them at once."""
    old = f"1:{secret('1')}"
    switch = clock() + timedelta(hours=3)
    new = f"{old},2@{switch.isoformat()}:{secret('2')}"
    async with AsyncExitStack() as stack:
        processes = [await stack.enter_async_context(a_process(container, old)) for _ in range(2)]
        session = await registered(processes[0])
        kids: set[str] = set()
        issued = [(clock(), session)]

        async def everybody_works() -> None:
            """A new pair of tokens from each process, and every process believes every token."""
            for process in processes:
                shown = {"refreshToken": issued[-1][1]["refreshToken"]}
                answer = await process.post("/api/v1/auth/refresh", json=shown)
                assert answer.status_code == 200, answer.text
                issued.append((clock(), answer.json()))
            good = [one for at, one in issued if clock() - at < timedelta(minutes=15)]
            read = await asyncio.gather(
                *(
                    process.get("/api/v1/auth/me", headers=bearer(one))
                    for process in processes
                    for one in good
                )
            )
            assert {answer.status_code for answer in read} == {200}
            kids.update(jwt.get_unverified_header(one["accessToken"])["kid"] for one in good)

        await everybody_works()
        for number in range(2):
            processes[number] = await stack.enter_async_context(a_process(container, new))
            await everybody_works()
        shown = {key["kid"] for key in (await processes[0].get(KEYS)).json()["keys"]}
        assert (kids, shown) == ({"1"}, {"1", "2"})
        clock.now = switch - timedelta(seconds=1)
        await everybody_works()
        _, before = issued[-1]
        clock.now = switch
        await everybody_works()
        clock.advance(timedelta(minutes=14))
        await everybody_works()
        assert kids == {"1", "2"}

        clock.advance(timedelta(minutes=2))
        over = await processes[0].get("/api/v1/auth/me", headers=bearer(before))
        assert (over.status_code, over.json()["code"]) == (401, "token_expired")
        clock.advance(timedelta(hours=12))
        shown = {key["kid"] for key in (await processes[0].get(KEYS)).json()["keys"]}
        assert shown == {"2"}
