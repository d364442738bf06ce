"""Settings: every bad value is named before anything starts."""

from pathlib import Path

import pytest

from entrypoints.settings import InvalidSettings, Settings, load_settings

PRODUCTION = {
    "TIXMO_ENV": "production",
    "TIXMO_DATABASE_URL": "postgresql://tixmo_app@db/tixmo",
    "TIXMO_REDIS_URL": "redis://cache:6379/0",
    "TIXMO_SIGNING_SECRETS": "1:" + "A" * 44,
    "TIXMO_PAYMENTS": "stripe",
    "TIXMO_STRIPE_API_KEY": "sk_live_x",
    "TIXMO_STRIPE_WEBHOOK_SECRETS": "whsec_x",
    "TIXMO_MAIL": "smtp",
    "TIXMO_PUBLIC_URL": "https://tickets.example",
}


def faults_of(environ: dict[str, str]) -> str:
    with pytest.raises(InvalidSettings) as refused:
        load_settings(environ)
    return "\n".join(refused.value.faults)


def test_nothing_set_is_a_development_machine() -> None:
    settings = load_settings({"PATH": "/bin", "TIXMO_TEST_DATABASE_URL": "postgresql://x"})

    assert settings == Settings()
    assert settings.is_embedded
    assert settings.address == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("OIDC_PROVIDERS", "google", "a JSON list of providers is needed"),
        ("OIDC_PROVIDERS", '[{"name": "g", "kind": "google", "clientId": "x"}]', "clientSecret"),
        (
            "OIDC_PROVIDERS",
            '[{"name": "a", "clientId": "x", "clientSecret": "s", "issuer": "http://id.example"}]',
            "https://",
        ),
        ("OIDC_REDIRECT_URIS", "https://shop.example/,http://shop.example/", "use https://"),
    ],
)
def test_login_providers_that_cannot_work_are_named(name: str, value: str, fault: str) -> None:
    [found] = faults_of({f"TIXMO_{name}": value}).splitlines()

    assert found.startswith(f"  TIXMO_{name}: ")
    assert fault in found


def test_words_become_what_they_mean() -> None:
    settings = load_settings({"TIXMO_PORT": "9000", "TIXMO_HOME": "/var/tixmo", "TIXMO_MAIL": ""})

    assert (settings.port, settings.home, settings.mail) == (9000, Path("/var/tixmo"), "folder")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIXMO_PORT", "http"),
        ("TIXMO_PORT", "0"),
        ("TIXMO_PORT", "70000"),
        ("TIXMO_ENV", "prod"),
        ("TIXMO_PAYMENTS", "cash"),
        ("TIXMO_DATABASE_URL", "sqlite:///x"),
        ("TIXMO_DATABASE_URL", "nonsense"),
        ("TIXMO_REDIS_URL", "http://cache"),
        ("TIXMO_SMTP_URL", "mail.example"),
        ("TIXMO_ORDER_MINUTES", "0"),
        ("TIXMO_DATABASE_POOL", "-1"),
        ("TIXMO_TRUSTED_PROXIES", "10.0.0.0/8, everybody"),
        ("TIXMO_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TIXMO_FORWARDED_HEADER", "x-real-ip"),
        ("TIXMO_CORS_ORIGINS", "https://*.example"),
        ("TIXMO_RATES", "network-read=fast"),
        ("TIXMO_RATE_LIMITS", "perhaps"),
        ("TIXMO_RATE_MULTIPLIER", "0"),
        ("TIXMO_POTR", "8000"),
    ],
)
def test_a_bad_value_is_named(name: str, value: str) -> None:
    assert name in faults_of({name: value})


def test_all_faults_are_told_at_once() -> None:
    told = faults_of({"TIXMO_PORT": "x", "TIXMO_MAIL": "pigeon"})

    assert "TIXMO_PORT" in told
    assert "TIXMO_MAIL" in told


def test_stripe_needs_its_keys() -> None:
    told = faults_of({"TIXMO_PAYMENTS": "stripe"})

    assert "TIXMO_STRIPE_API_KEY" in told
    assert "TIXMO_STRIPE_WEBHOOK_SECRETS" in told


def test_production_starts_when_all_is_given() -> None:
    assert load_settings(PRODUCTION).env == "production"


@pytest.mark.parametrize("name", sorted(set(PRODUCTION) - {"TIXMO_ENV", "TIXMO_STRIPE_API_KEY"}))
def test_production_does_without_nothing(name: str) -> None:
    environ = {key: value for key, value in PRODUCTION.items() if key != name}

    assert name in faults_of(environ)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIXMO_PAYMENTS", "simulated"),
        ("TIXMO_MAIL", "folder"),
        ("TIXMO_PUBLIC_URL", "http://tickets.example"),
        ("TIXMO_PASSWORD_COST", "low"),
        ("TIXMO_RATE_LIMITS", "off"),
    ],
)
def test_production_refuses_what_is_for_play(name: str, value: str) -> None:
    assert name in faults_of(PRODUCTION | {name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIXMO_SIGNING_SECRETS", "xx"),
        ("TIXMO_SIGNING_SECRETS", "1:AAAA"),
        ("TIXMO_SIGNING_SECRETS", "0:" + "A" * 44),
        ("TIXMO_MAIL_FROM", "garbage"),
        ("TIXMO_PUBLIC_URL", "nonsense"),
        ("TIXMO_SMTP_URL", "smtp://"),
    ],
)
def test_what_would_fail_later_fails_at_start(name: str, value: str) -> None:
    assert name in faults_of({name: value})


def test_passkeys_are_made_for_the_public_address() -> None:
    own = load_settings({"TIXMO_PORT": "9000"})
    public = load_settings({"TIXMO_PUBLIC_URL": "https://tickets.example/"})
    named = load_settings(
        {
            "TIXMO_PUBLIC_URL": "https://api.tickets.example",
            "TIXMO_PASSKEY_RP_ID": "tickets.example",
            "TIXMO_PASSKEY_ORIGINS": "https://tickets.example, https://shop.tickets.example/",
        }
    )

    assert own.passkey_site == ("localhost", ("http://localhost:9000",))
    assert public.passkey_site == ("tickets.example", ("https://tickets.example",))
    assert named.passkey_site == (
        "tickets.example",
        ("https://tickets.example", "https://shop.tickets.example"),
    )


@pytest.mark.parametrize(
    ("origins", "fault"),
    [
        ("http://tickets.example", "use https://HOST"),
        ("https://tickets.example/shop", "only scheme, host and port"),
        ("https://tickets.example.evil", "is not tickets.example, nor beneath it"),
        ("https://eviltickets.example", "is not tickets.example, nor beneath it"),
    ],
)
def test_pages_that_no_browser_would_show_a_passkey_are_named(origins: str, fault: str) -> None:
    told = faults_of(
        {
            "TIXMO_PUBLIC_URL": "https://tickets.example",
            "TIXMO_PASSKEY_ORIGINS": origins,
        }
    )

    assert fault in told
