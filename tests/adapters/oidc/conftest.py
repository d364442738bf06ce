"""The real adapter, and the double at the other end of the wire."""

from typing import Any

import pytest

from adapters.oidc.configuration import Provider
from adapters.oidc.fetching import ProviderCalls
from adapters.oidc.providers import OidcProviders
from application.identity.provider_ports import Returned
from domain.identity.linked_identity import ProvenIdentity
from domain.identity.login_flow import code_challenge_of, code_verifier_of, nonce_of
from tests.conftest import VirtualClock
from tests.oidc_double import CLIENT_ID, ISSUER, SECRET, OidcDouble, Person, answer_of

ADDRESS = "https://tickets.example"
TOKEN = "a flow token of 256 random bits"


def a_provider(**changes: Any) -> Provider:
    facts = {"name": "corp", "issuer": ISSUER, "client_id": CLIENT_ID, "client_secret": SECRET}
    return Provider(**facts | changes)


class Visit:
    """Somebody goes to the provider and comes back."""

    def __init__(self, double: OidcDouble, clock: VirtualClock) -> None:
        self.double = double
        self.clock = clock
        self.provider = a_provider()
        self.seconds_max = 10.0
        self._providers: OidcProviders | None = None

    @property
    def providers(self) -> OidcProviders:
        if self._providers is None:
            calls = ProviderCalls(self.double.wire(), allow_http=True, seconds_max=self.seconds_max)
            self._providers = OidcProviders(
                [self.provider], calls, self.clock, address=ADDRESS, allow_http=True
            )
        return self._providers

    async def url(self) -> str:
        return await self.providers.authorization_url(
            self.provider.name,
            state="a state",
            nonce=nonce_of(TOKEN),
            code_challenge=code_challenge_of(TOKEN),
        )

    async def identify(self, person: Person | None = None, **changes: Any) -> ProvenIdentity:
        answer = answer_of(await self.url(), person)
        facts = {
            "code": answer["code"],
            "code_verifier": code_verifier_of(TOKEN),
            "nonce": nonce_of(TOKEN),
            "issuer": None,
        }
        return await self.providers.identify(self.provider.name, Returned(**facts | changes))


@pytest.fixture
def double(clock: VirtualClock) -> OidcDouble:
    return OidcDouble(clock)


@pytest.fixture
def visit(double: OidcDouble, clock: VirtualClock) -> Visit:
    return Visit(double, clock)
