import pytest

from application.identity.oauth_ports import AuthorizationView, AuthorizationWish, OAuthClientView
from application.identity.show_consent import ShowConsent
from application.shared.paging import Page, PageRequest
from application.shared.scope import Scope
from domain.identity.oauth_errors import InvalidRedirectUri
from domain.shared.ids import OAuthClientId, OrganizationId
from tests.application.identity.oauth_scene import BACK, CHALLENGE, OAuthScene


class Names:
    """Organisations have names; nothing else is asked here."""

    async def organization_name(self, organization_id: OrganizationId) -> str:
        return "Rock"

    async def list_oauth_clients(
        self, scope: Scope, organization_id: OrganizationId, page: PageRequest
    ) -> Page[OAuthClientView]:
        raise NotImplementedError

    async def get_oauth_client(
        self, scope: Scope, organization_id: OrganizationId, client_id: OAuthClientId
    ) -> OAuthClientView:
        raise NotImplementedError

    async def list_authorizations(self, scope: Scope, page: PageRequest) -> Page[AuthorizationView]:
        raise NotImplementedError


async def test_what_is_asked_is_told_in_words(oauth: OAuthScene) -> None:
    issued = await oauth.register()
    wish = AuthorizationWish(
        client_id=issued.client_id,
        redirect_uri=BACK,
        scope="events_view profile",
        state="of-a-browser",
        code_challenge=CHALLENGE,
        code_challenge_method="S256",
    )

    shown = await ShowConsent(oauth.begin, Names())(oauth.owner, wish)

    assert (shown.client_name, shown.organization_name) == ("Diary", "Rock")
    assert [(one.scope, one.meaning) for one in shown.scopes] == [
        ("events_view", "In organisations where you may: events view"),
        ("profile", "See your name, your e-mail address and where you work"),
    ]


async def test_a_foreign_address_is_not_shown_as_if_it_were_the_clients(oauth: OAuthScene) -> None:
    issued = await oauth.register()
    wish = AuthorizationWish(
        client_id=issued.client_id, redirect_uri="https://evil.example/", scope="profile"
    )

    with pytest.raises(InvalidRedirectUri):
        await ShowConsent(oauth.begin, Names())(oauth.owner, wish)
