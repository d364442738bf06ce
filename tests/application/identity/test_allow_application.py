import msgspec
import pytest

from application.identity.allow_application import AllowApplication, AllowApplicationCommand
from domain.identity.oauth_errors import InvalidRedirectUri, PkceRequired, StateRequired
from domain.shared.errors import PersonRequired
from domain.shared.secret_text import SecretKind, kind_of
from tests.application.identity.oauth_scene import BACK, ISSUER, OAuthScene


async def test_the_person_is_sent_back_with_a_code(oauth: OAuthScene) -> None:
    issued = await oauth.register()

    told = await oauth.sent_back(issued.client_id)

    assert kind_of(told["code"][0]) is SecretKind.CODE
    assert (told["state"], told["iss"]) == (["of-a-browser"], [ISSUER])
    grant = await oauth.grant_of(told["code"][0])
    assert grant.user_id == oauth.owner.user_id
    assert told["code"][0] not in repr(grant)


async def test_no_is_told_as_well(oauth: OAuthScene) -> None:
    issued = await oauth.register()

    told = await oauth.sent_back(issued.client_id, is_granted=False)

    assert (told["error"], told["state"]) == (["access_denied"], ["of-a-browser"])
    assert "code" not in told


async def test_what_is_not_as_registered_sends_nobody_anywhere(oauth: OAuthScene) -> None:
    issued = await oauth.register()

    with pytest.raises(InvalidRedirectUri):
        await oauth.sent_back(issued.client_id, redirect_uri=f"{BACK}/", is_granted=False)
    with pytest.raises(PkceRequired):
        await oauth.sent_back(issued.client_id, code_challenge_method="plain")
    with pytest.raises(StateRequired):
        await oauth.sent_back(issued.client_id, state="")


async def test_nobody_consents_for_a_person(oauth: OAuthScene) -> None:
    issued = await oauth.register()
    application = msgspec.structs.replace(oauth.owner, personal=frozenset())
    command = AllowApplicationCommand(
        client_id=issued.client_id, redirect_uri=BACK, scope="profile", is_granted=True
    )

    with pytest.raises(PersonRequired):
        await AllowApplication(oauth.begin, oauth.society.create_organization.ids, ISSUER)(
            application, command
        )
