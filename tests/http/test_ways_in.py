"""No account loses its last way in, and its owner is told of each that comes or goes."""

import asyncio

from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.authenticator import SoftAuthenticator
from tests.http.mailbox import body_of, mails, subjects
from tests.http.test_auth import bearer, registered
from tests.http.test_login_providers import GRACE, MINE, finishing, signed_in, started
from tests.http.test_passkeys import PASSKEYS, registers

Client = AsyncTestClient[Litestar]


async def test_of_a_passkey_and_a_provider_that_go_at_once_one_stays(client: Client) -> None:
    grace = await signed_in(client)
    [linked] = (await client.get(MINE, headers=bearer(grace))).json()["items"]
    passkey = (await registers(client, SoftAuthenticator(), grace)).json()

    answers = await asyncio.gather(
        client.delete(f"{PASSKEYS}/{passkey['id']}", headers=bearer(grace)),
        client.delete(f"{MINE}/{linked['id']}", headers=bearer(grace)),
    )

    assert sorted(answer.status_code for answer in answers) == [204, 409]
    [refused] = [answer for answer in answers if answer.status_code == 409]
    assert refused.json()["code"] == "last_way_in"


async def test_the_owner_is_told_by_mail(client: Client) -> None:
    ada = await registered(client)
    device = SoftAuthenticator()
    passkey = (await registers(client, device, ada)).json()
    body = finishing(await started(client, ada, linkTo="me"), GRACE, provider="corp")
    linked = (await client.post(MINE, json=body, headers=bearer(ada))).json()
    await client.delete(f"{MINE}/{linked['id']}", headers=bearer(ada))
    await client.delete(f"{PASSKEYS}/{passkey['id']}", headers=bearer(ada))

    assert (await subjects(client, "Ada@example.com"))[1:] == [
        "A passkey was added to your account",
        "Another account signs in to yours",
        "Another account signs in to yours no more",
        "A passkey was removed from your account",
    ]
    assert '"Phone"' in body_of((await mails(client, "Ada@example.com"))[1])
