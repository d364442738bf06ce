from datetime import timedelta

import pytest

from application.identity.prepare_passkey import PreparePasskeyCommand
from domain.identity.errors import FreshSignInNeeded
from tests.application.identity.factors import TwoSteps
from tests.application.identity.people import PASSWORD
from tests.authenticator import text_of
from tests.conftest import VirtualClock


async def test_the_options_name_site_owner_and_what_is_known(two_steps: TwoSteps) -> None:
    ada = await two_steps.joins_with_passkey()

    options = await two_steps.prepare_passkey(ada.actor, PreparePasskeyCommand())

    assert options["rp"] == {"name": "Tixmo", "id": "localhost"}
    assert options["user"]["id"] == text_of(ada.actor.user_id.bytes)
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    [known] = options["excludeCredentials"]
    assert known["id"] == text_of(ada.device.credentials[0].id)


async def test_an_old_sign_in_needs_the_password(two_steps: TwoSteps, clock: VirtualClock) -> None:
    ada = await two_steps.joins()
    clock.advance(timedelta(minutes=10))

    with pytest.raises(FreshSignInNeeded):
        await two_steps.prepare_passkey(ada.actor, PreparePasskeyCommand())
    assert await two_steps.prepare_passkey(ada.actor, PreparePasskeyCommand(password=PASSWORD))
