"""Passkeys as browsers meet them."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.authenticator import SoftAuthenticator
from tests.http.test_auth import LOG_IN, bearer, registered

Client = AsyncTestClient[Litestar]
Json = dict[str, Any]
PASSKEYS = "/api/v1/auth/passkeys"


async def registers(client: Client, device: SoftAuthenticator, session: Json, **wrong: Any) -> Any:
    asked = await client.post(f"{PASSKEYS}/options", json={}, headers=bearer(session))
    assert asked.status_code == 200, asked.text
    credential = device.create(asked.json()["publicKey"], **wrong)
    body = {"name": "Phone", "credential": credential}
    return await client.post(PASSKEYS, json=body, headers=bearer(session))


async def logs_in(client: Client, device: SoftAuthenticator, **wrong: Any) -> Any:
    asked = await client.post(f"{PASSKEYS}/login/options")
    assert asked.status_code == 200, asked.text
    answer = device.get(asked.json()["publicKey"], **wrong)
    return await client.post(f"{PASSKEYS}/login", json={"credential": answer})


async def test_a_passkey_is_registered_and_signs_in(client: Client) -> None:
    ada, device = await registered(client), SoftAuthenticator()

    made = await registers(client, device, ada)

    assert made.status_code == 201, made.text
    assert made.headers["Cache-Control"] == "no-store"
    passkey = made.json()
    assert len(set(passkey.pop("recoveryCodes"))) == 10
    listed = await client.get(PASSKEYS, headers=bearer(ada))
    assert listed.json() == {"items": [passkey]}
    assert (passkey["name"], passkey["lastUsedAt"], passkey["suspectedAt"]) == (
        "Phone",
        None,
        None,
    )

    session = await logs_in(client, device)

    assert session.status_code == 200, session.text
    assert session.json()["user"] == ada["user"]
    me = await client.get("/api/v1/auth/me", headers=bearer(session.json()))
    assert me.json()["twoFactorEnabled"] is True


async def test_a_passkey_is_the_second_factor_of_a_password(client: Client) -> None:
    ada, device = await registered(client), SoftAuthenticator()
    await registers(client, device, ada)

    asked = (await client.post("/api/v1/auth/login", json=LOG_IN)).json()["secondFactor"]
    assert asked["methods"] == ["passkey", "recovery_code"]
    answer = {
        "challengeToken": asked["challengeToken"],
        "passkey": device.get(asked["passkeyOptions"], with_handle=False),
    }
    session = await client.post("/api/v1/auth/2fa/verify", json=answer)
    again = await client.post("/api/v1/auth/2fa/verify", json=answer)

    assert session.status_code == 200, session.text
    assert session.json()["user"] == ada["user"]
    assert (again.status_code, again.json()["code"]) == (401, "challenge_over")


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"is_verified": False},
        {"user_handle": bytes(16)},
        {"with_handle": False},
    ],
)
async def test_an_answer_from_elsewhere_is_refused(client: Client, wrong: Json) -> None:
    ada, device = await registered(client), SoftAuthenticator()
    await registers(client, device, ada)

    refused = await logs_in(client, device, **wrong)

    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_passkey")


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"is_verified": False}],
)
async def test_a_passkey_from_elsewhere_is_not_kept(client: Client, wrong: Json) -> None:
    ada = await registered(client)

    refused = await registers(client, SoftAuthenticator(), ada, **wrong)

    assert (refused.status_code, refused.json()["code"]) == (422, "passkey_unusable")
    assert refused.json()["errors"][0]["path"] == "$.credential"
    assert (await client.get(PASSKEYS, headers=bearer(ada))).json() == {"items": []}


async def test_an_answer_is_not_replayed(client: Client) -> None:
    ada, device = await registered(client), SoftAuthenticator()
    await registers(client, device, ada)
    options = (await client.post(f"{PASSKEYS}/login/options")).json()["publicKey"]
    body = {"credential": device.get(options)}

    first = await client.post(f"{PASSKEYS}/login", json=body)
    second = await client.post(f"{PASSKEYS}/login", json=body)

    assert first.status_code == 200
    assert (second.status_code, second.json()["code"]) == (401, "challenge_over")
    assert (await logs_in(client, device)).status_code == 200  # A repeat is no sign of a copy.


async def test_a_copy_is_noticed_and_told(client: Client) -> None:
    ada, device = await registered(client), SoftAuthenticator()
    await registers(client, device, ada)
    assert (await logs_in(client, device, count=5)).status_code == 200

    for count in (4, 9):
        refused = await logs_in(client, device, count=count)
        assert (refused.status_code, refused.json()["code"]) == (401, "passkey_suspected")

    [passkey] = (await client.get(PASSKEYS, headers=bearer(ada))).json()["items"]
    assert passkey["suspectedAt"] == "2026-06-01T12:00:00Z"


async def test_a_passkey_is_renamed_and_removed_by_its_owner(client: Client) -> None:
    ada, device = await registered(client), SoftAuthenticator()
    eve = await registered(client, email="eve@example.com")
    path = f"{PASSKEYS}/{(await registers(client, device, ada)).json()['id']}"

    renamed = await client.patch(path, json={"name": "Key"}, headers=bearer(ada))
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Key")
    for refused in (
        await client.patch(path, json={"name": "Mine"}, headers=bearer(eve)),
        await client.delete(path, headers=bearer(eve)),
    ):
        assert (refused.status_code, refused.json()["code"]) == (404, "passkey_not_found")
    assert (await client.delete(path, headers=bearer(ada))).status_code == 204

    assert (await logs_in(client, device)).json()["code"] == "invalid_passkey"
    assert "accessToken" in (await client.post("/api/v1/auth/login", json=LOG_IN)).json()


async def test_one_device_has_one_account(client: Client) -> None:
    ada = await registered(client)
    eve = await registered(client, email="eve@example.com")
    await registers(client, SoftAuthenticator(), ada, credential_id=b"c" * 32)

    refused = await registers(client, SoftAuthenticator(), eve, credential_id=b"c" * 32)

    assert (refused.status_code, refused.json()["code"]) == (409, "passkey_known")


async def test_strange_bytes_are_refused_and_never_our_fault(client: Client) -> None:
    ada, device = await registered(client), SoftAuthenticator()
    await registers(client, device, ada)
    asked = await client.post(f"{PASSKEYS}/options", json={}, headers=bearer(ada))
    created = device.create(asked.json()["publicKey"])
    options = (await client.post(f"{PASSKEYS}/login/options")).json()["publicKey"]
    device.credentials.pop()
    signed = device.get(options)

    for told, path, more, headers in (
        (created, PASSKEYS, {"name": "Phone"}, bearer(ada)),
        (signed, f"{PASSKEYS}/login", {}, {}),
    ):
        for member in told["response"].keys() - {"transports", "publicKeyAlgorithm"}:
            for strange in ("", "!", "e30", "bnVsbA", "AAAA", told["response"][member][:-9], "é"):
                response = told["response"] | {member: strange}
                body = more | {"credential": told | {"response": response}}
                refused = await client.post(path, json=body, headers=headers)
                assert refused.status_code in (401, 422), (member, strange, refused.text)
        for name in ("", "!", "AAAA", "é"):
            body = more | {"credential": told | {"id": name, "rawId": name}}
            refused = await client.post(path, json=body, headers=headers)
            assert refused.status_code in (401, 422), (name, refused.text)
