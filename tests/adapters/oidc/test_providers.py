"""Signing in with a provider, over the wire, honest and otherwise."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapters.oidc.configuration import Endpoints
from adapters.oidc.documents import ALGORITHMS, REMEMBERED_FOR
from domain.identity.errors import (
    LoginProviderDown,
    LoginProviderNotFound,
    ProviderNotBelieved,
    ProviderRefused,
)
from domain.identity.linked_identity import ProvenIdentity
from tests.adapters.oidc.conftest import ADDRESS, Visit, a_provider
from tests.conftest import VirtualClock
from tests.oidc_double import CLIENT_ID, ISSUER, Fault, Lie, OidcDouble, Person

ADA = ProvenIdentity(
    provider="corp",
    issuer=ISSUER,
    subject="248289761001",
    email="ada@example.com",
    is_email_verified=True,
    first_name="Ada",
    last_name="Byron",
)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_what_the_provider_signs_is_believed(algorithm: str, clock: VirtualClock) -> None:
    visit = Visit(OidcDouble(clock, algorithm=algorithm), clock)

    assert await visit.identify() == ADA


async def test_the_person_is_sent_there_with_all_that_binds_the_answer(visit: Visit) -> None:
    asked = dict(parse_qsl(urlsplit(await visit.url()).query))

    assert asked.pop("nonce") != asked.pop("code_challenge")
    assert asked == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": f"{ADDRESS}/api/v1/auth/oidc/corp/callback",
        "scope": "openid email profile",
        "state": "a state",
        "code_challenge_method": "S256",
    }


@pytest.mark.parametrize("lie", Lie)
async def test_au_16_a_token_that_is_not_for_us_and_now_is_not_believed(
    visit: Visit, lie: Lie
) -> None:
    visit.double.lie = lie

    with pytest.raises(ProviderNotBelieved) as refused:
        await visit.identify()

    assert refused.value.facts == {}


async def test_au_16_a_stolen_code_is_worth_nothing_without_the_verifier(visit: Visit) -> None:
    with pytest.raises(ProviderRefused):
        await visit.identify(code_verifier="guessed")
    with pytest.raises(ProviderRefused):
        await visit.identify(code="invented")


async def test_au_16_an_answer_of_another_provider_is_not_asked_about(visit: Visit) -> None:
    """Mix-up (RFC 9207): the code is not even shown to anybody."""
    with pytest.raises(ProviderNotBelieved):
        await visit.identify(issuer="http://another.test")
    assert visit.double.heard("/token") == []

    assert await visit.identify(issuer=ISSUER) == ADA


async def test_au_16_a_provider_that_says_it_names_itself_has_to(visit: Visit) -> None:
    visit.double.discovery = {"authorization_response_iss_parameter_supported": True}

    with pytest.raises(ProviderNotBelieved):
        await visit.identify(issuer=None)

    assert await visit.identify(issuer=ISSUER) == ADA


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize("fault", [one for one in Fault if one is not Fault.FACEBOOK_BAD_CODE])
async def test_a_provider_that_fails_is_down(visit: Visit, path: str, fault: Fault) -> None:
    visit.seconds_max = 0.05 if fault is Fault.HANG else 10.0
    visit.double.fail(fault, path)

    with pytest.raises(LoginProviderDown):
        await visit.identify()

    visit.clock.advance(timedelta(seconds=6))
    assert await visit.identify() == ADA


async def test_a_provider_that_is_down_is_left_alone_for_a_while(visit: Visit) -> None:
    path = "/.well-known/openid-configuration"
    visit.double.fail(Fault.SERVER_ERROR, path, times=99)

    for _ in range(5):
        with pytest.raises(LoginProviderDown):
            await visit.url()

    assert len(visit.double.heard(path)) == 1


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "http://another.test"},
        {"issuer": f"{ISSUER}/"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": "ftp://provider.test/token"},
        {"jwks_uri": "javascript:alert(1)"},
        {"authorization_endpoint": "http://me@provider.test/authorize"},
        {"userinfo_endpoint": "file:///etc/passwd"},
        {"id_token_signing_alg_values_supported": ["none", "HS256"]},
        {"id_token_signing_alg_values_supported": "RS256"},
    ],
)
async def test_a_description_that_cannot_be_right_is_not_used(
    visit: Visit, discovery: dict[str, Any]
) -> None:
    visit.double.discovery = discovery

    with pytest.raises(LoginProviderDown):
        await visit.url()


async def test_outside_tests_everything_is_asked_over_https(visit: Visit) -> None:
    visit.providers._calls._allow_http = False

    with pytest.raises(LoginProviderDown):
        await visit.url()

    assert visit.double.requests == []


async def test_description_and_keys_are_fetched_once_an_hour(visit: Visit) -> None:
    for _ in range(3):
        await visit.identify()
    paths = [one.path for one in visit.double.requests]
    assert paths.count("/keys") == paths.count("/.well-known/openid-configuration") == 1

    visit.clock.advance(REMEMBERED_FOR)
    await visit.identify()
    assert len(visit.double.heard("/keys")) == 2


async def test_a_new_key_is_fetched_but_not_at_everybodys_word(visit: Visit) -> None:
    await visit.identify()
    visit.double.rotate()
    visit.clock.advance(timedelta(minutes=1))

    assert await visit.identify() == ADA
    assert len(visit.double.heard("/keys")) == 2

    visit.double.lie = Lie.UNKNOWN_KEY
    for _ in range(3):
        with pytest.raises(ProviderNotBelieved):
            await visit.identify()
    assert len(visit.double.heard("/keys")) == 2


async def test_a_key_that_was_taken_back_signs_no_more(visit: Visit) -> None:
    await visit.identify()
    visit.double.published = ["another"]
    visit.clock.advance(REMEMBERED_FOR)

    with pytest.raises(ProviderNotBelieved):
        await visit.identify()


@pytest.mark.parametrize(
    ("person", "told"),
    [
        (Person(email_verified=False), (False, "Ada", "Byron")),
        (Person(email_verified="true"), (True, "Ada", "Byron")),
        (Person(email_verified="false"), (False, "Ada", "Byron")),
        (Person(email_verified="yes"), (False, "Ada", "Byron")),
        (Person(email_verified=None), (False, "Ada", "Byron")),
        (Person(given_name=None, family_name=None), (True, None, None)),
        (Person(given_name=None), (True, None, "Byron")),
        (Person(given_name=None, family_name=None, name="Ada K. Byron"), (True, "Ada", "K. Byron")),
        (Person(given_name=None, family_name=None, name="Ada"), (True, "Ada", None)),
    ],
)
async def test_what_is_not_said_is_not_made_up(
    visit: Visit, person: Person, told: tuple[bool, str | None, str | None]
) -> None:
    proven = await visit.identify(person)

    assert (proven.is_email_verified, proven.first_name, proven.last_name) == told


async def test_an_operator_may_vouch_for_addresses_where_the_provider_is_silent(
    visit: Visit,
) -> None:
    visit.provider = a_provider(emails_are_verified=True)

    assert (await visit.identify(Person(email_verified=None))).is_email_verified
    assert not (await visit.identify(Person(email_verified=False))).is_email_verified


async def test_what_the_token_does_not_tell_is_asked_for(visit: Visit) -> None:
    visit.double.tells_in_token = False

    assert await visit.identify() == ADA

    visit.double.userinfo_subject = "somebody else"
    with pytest.raises(ProviderNotBelieved):
        await visit.identify()


async def test_a_provider_may_want_our_secret_in_the_header(visit: Visit) -> None:
    visit.double.discovery = {"token_endpoint_auth_methods_supported": None}

    assert await visit.identify() == ADA

    [token] = visit.double.heard("/token")
    assert "client_secret" not in token.form


async def test_a_wrong_secret_is_our_mistake_and_not_the_persons(visit: Visit) -> None:
    visit.double.secret = "another"

    with pytest.raises(LoginProviderDown):
        await visit.identify()


async def test_facebook_says_in_its_own_words_that_a_code_is_no_good(visit: Visit) -> None:
    visit.double.fail(Fault.FACEBOOK_BAD_CODE, "/token")

    with pytest.raises(ProviderRefused):
        await visit.identify()


async def test_endpoints_of_the_settings_stand_for_the_description(visit: Visit) -> None:
    visit.provider = a_provider(
        endpoints=Endpoints(
            authorization_endpoint=f"{ISSUER}/authorize?theme=dark",
            token_endpoint=f"{ISSUER}/token",
            jwks_uri=f"{ISSUER}/keys",
        )
    )

    assert "?theme=dark&response_type=code" in await visit.url()
    assert await visit.identify() == ADA
    assert visit.double.heard("/.well-known/openid-configuration") == []


async def test_apple_gets_a_secret_that_we_sign_and_posts_a_form(visit: Visit) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    visit.double.apple_key = key.public_key()
    visit.provider = a_provider(
        kind="apple", client_secret="", team_id="TEAM", key_id="KEY", private_key=pem
    )

    assert "response_mode=form_post" in await visit.url()
    assert await visit.identify() == ADA

    [token] = visit.double.heard("/token")
    secret = token.form["client_secret"]
    assert jwt.get_unverified_header(secret)["kid"] == "KEY"
    claims = jwt.decode(secret, options={"verify_signature": False})
    assert (claims["iss"], claims["sub"]) == ("TEAM", CLIENT_ID)


async def test_an_unknown_provider_is_nobodys(visit: Visit) -> None:
    with pytest.raises(LoginProviderNotFound):
        visit.providers.require("another")
    with pytest.raises(LoginProviderNotFound):
        await visit.providers.authorization_url("x", state="", nonce="", code_challenge="")
