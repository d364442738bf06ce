"""All settings: one frozen struct from `TIXMO_*` variables, a bad value is an error at start."""

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from adapters.oidc.configuration import InvalidProviders, read_providers, read_redirect_uris
from adapters.tokens.keyring import InvalidSecrets, Keyring
from entrypoints.door_settings import networks_in, origins_in, rates_in

PREFIX = "TIXMO_"
_REDIS = ("redis://", "rediss://", "unix://")
_SMTP = ("smtp://", "smtps://", "smtp+starttls://")

Count = Annotated[int, Meta(ge=1, le=10_000)]


class InvalidSettings(Exception):
    """The environment does not describe a system that can start; each line names a variable."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(["The settings are not usable:", *faults]))
        self.faults = faults


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How this process runs. The name of a variable is TIXMO_ and the field's name in capitals."""

    env: Literal["development", "test", "production"] = "development"
    home: Path = Path(".tixmo")
    """Where the embedded servers, mails and generated secrets live."""
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535)] = 8000
    public_url: str = ""
    """The address buyers see, without a trailing slash; default http://HOST:PORT."""

    database_url: str = ""
    """The application's role. Empty: the embedded PostgreSQL."""
    owner_database_url: str = ""
    """The role that owns the schema and migrates; default: the same as database_url."""
    database_pool: Count = 10
    redis_url: str = ""
    """Redis or Valkey. Empty with an embedded database: the embedded Valkey."""

    signing_secrets: str = ""
    """`1:BASE64[,2@INSTANT:BASE64]`: 32 random bytes each; the highest number that is due signs,
    all verify. Empty outside production: made once and kept in `home`."""

    payments: Literal["simulated", "stripe"] = "simulated"
    stripe_api_key: str = ""
    stripe_webhook_secrets: str = ""
    """Comma-separated, so that a secret can be rotated."""
    stripe_api_base: str = ""
    """Another address for Stripe's API (a test double)."""

    oidc_providers: str = ""
    """Where people may sign in besides: a JSON list, see docs/social-login.md."""
    oidc_redirect_uris: str = ""
    """Comma-separated: where shops take people back from there, letter for letter.
    Empty: our own address."""

    mail: Literal["folder", "smtp", "console"] = "folder"
    mail_from: str = "Tixmo <tickets@tixmo.example>"
    smtp_url: str = "smtp://127.0.0.1:1025"
    """`smtp[s]://[user:password@]host:port`; `smtp+starttls://` upgrades."""

    order_minutes: Annotated[int, Meta(ge=1, le=1440)] = 15
    """How long an order holds its stock, in minutes."""
    offer_minutes: Annotated[int, Meta(ge=1, le=10_080)] = 60
    """How long the waiting list keeps tickets for whom it offers them, in minutes."""
    waiting_list_joins_per_hour: Count = 3
    """How many lists of an organisation one may join in an hour: a person, a guest's network
    address, or an e-mail address.
    """
    cart_minutes: Annotated[int, Meta(ge=1, le=1440)] = 10
    """How long a cart holds its tickets and prices, after opening and after each extension."""
    cart_minutes_max: Annotated[int, Meta(ge=1, le=1440)] = 30
    """How long after its opening a cart can be extended."""
    carts_per_minute: Count = 6
    """How many carts a person, or a guest's address, may open in a minute and organisation."""
    carts_live_max: Count = 3
    """How many live carts a guest's address may have in an organisation."""
    cart_guest_tickets_max: Count = 10
    """How many tickets they may hold together."""
    cart_guest_share_percent: Annotated[int, Meta(ge=1, le=100)] = 20
    """How much of an event's room all guests' carts may hold together."""
    waiting_room_per_minute: Annotated[int, Meta(ge=1, le=100_000)] = 600
    """How many people a waiting room lets in each minute if its organiser does not say."""
    admission_pass_minutes: Annotated[int, Meta(ge=1, le=1440)] = 10
    """How long whoever was let in may order, if the organiser does not say."""
    session_days_max: Annotated[int, Meta(ge=7, le=3650)] = 90
    """How many days a session lasts at most, however often it is refreshed."""
    passkey_rp_id: str = ""
    """The domain that passkeys are made for; default: the host of public_url. Passkeys of another
    domain are of no use, so it is chosen once.
    """
    passkey_origins: str = ""
    """Addresses of the pages that ask for passkeys, comma-separated; default: public_url's."""
    password_cost: Literal["normal", "low"] = "normal"
    """`low` is for tests: it makes password hashes cheap."""
    password_workers: Annotated[int, Meta(ge=1, le=64)] = 1
    """How many passwords a process hashes at once; the rest wait. There is a process per core."""
    password_queue: Count = 100
    """How many may wait; the next is told to come back (503)."""
    breached_passwords: Path | None = None
    """A file of stolen passwords as Have I Been Pwned publishes it, `SHA1:COUNT` sorted by hash."""
    registration: Literal["open", "verified_first"] = "open"
    """`open` signs in at once, and tells whether an address has an account; `verified_first` opens
    the account by mail, and tells nobody (docs/adr/0017-registration.md).
    """
    guesses_per_account: Annotated[int, Meta(ge=1, le=1000)] = 5
    """How many wrong passwords one account takes in 15 minutes."""
    guesses_per_network: Count = 20
    """How many wrong passwords come from one IPv4 /24 or IPv6 /64 in a minute."""
    organizations_per_day: Annotated[int, Meta(ge=1, le=1000)] = 10
    """How many organisations one account founds in 24 hours."""
    failed_sign_ins_alarm: Annotated[int, Meta(ge=1)] = 200
    """How many sign-ins fail in a minute, all over, before it is an attack: that is logged, and who
    comes from a new network solves a puzzle."""
    body_bytes_max: Annotated[int, Meta(ge=1024)] = 262_144

    trusted_proxies: str = ""
    """Comma-separated networks (`10.0.0.0/8`) whose word for the client's address is believed."""
    forwarded_header: Literal["x-forwarded-for", "forwarded"] = "x-forwarded-for"
    """Where they say it. The other one is never read: a proxy would pass on a forged one."""
    cors_origins: str = ""
    """Comma-separated origins (`https://shop.example`) whose pages may use the API from a browser;
    `*` lets the pages of all others read what is public."""
    rate_limits: Literal["on", "off"] = "on"
    rates: str = ""
    """What differs from the start values: `network-read=240/60,user-write=60/30` is per minute
    and at once (docs/limits.md)."""
    rate_multiplier: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    """Raises all limits, knowingly: for load tests."""
    rate_processes: Annotated[int, Meta(ge=1, le=10_000)] = 4
    """How many processes share each limit when they cannot count together, without the cache."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def is_embedded(self) -> bool:
        return not self.database_url

    @property
    def session_age_max(self) -> timedelta:
        return timedelta(days=self.session_days_max)

    @property
    def address(self) -> str:
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def passkey_site(self) -> tuple[str, tuple[str, ...]]:
        """The domain and the addresses of pages; browsers know no passkeys of bare IP addresses."""
        url = urlsplit(self.address)
        host = url.hostname or ""
        if host.startswith("127.") or host in ("::1", "0.0.0.0"):  # noqa: S104  # Not bound to.
            host = "localhost"
        own = f"{url.scheme}://{host}" + (f":{url.port}" if url.port else "")
        named = tuple(one.strip().rstrip("/") for one in self.passkey_origins.split(",") if one)
        return self.passkey_rp_id or host, named or (own,)


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """From the environment. Raises InvalidSettings naming every variable that is wrong."""
    values: dict[str, Any] = {}
    faults: list[str] = []
    for name, value in environ.items():
        if not name.startswith(PREFIX) or name.startswith("TIXMO_TEST_") or value == "":
            continue
        field = name.removeprefix(PREFIX).lower()
        try:
            values[field] = _convert(field, value)
        except KeyError:
            faults.append(f"  {name}: there is no such setting")
        except msgspec.ValidationError as error:
            faults.append(f"  {name}: {error}")
    if faults:
        raise InvalidSettings(faults)
    settings = Settings(**values)
    faults = _contradictions(settings)
    if faults:
        raise InvalidSettings(faults)
    return settings


_TYPES = {field.name: field.type for field in msgspec.structs.fields(Settings)}


def _convert(field: str, value: str) -> Any:
    kind = _TYPES[field]
    return (
        Path(value) if kind in (Path, Path | None) else msgspec.convert(value, kind, strict=False)
    )


def _contradictions(settings: Settings) -> list[str]:
    faults = _unusable_addresses(settings) + _unusable_secrets(settings)
    faults += _unusable_providers(settings) + _unusable_lists(settings)
    if settings.owner_database_url and not settings.database_url:
        faults.append("  TIXMO_OWNER_DATABASE_URL: set TIXMO_DATABASE_URL as well")
    if settings.payments == "stripe":
        if not settings.stripe_api_key.startswith(("sk_", "rk_")):
            faults.append("  TIXMO_STRIPE_API_KEY: needed (sk_... or rk_...) for Stripe")
        if not settings.stripe_webhook_secrets:
            faults.append("  TIXMO_STRIPE_WEBHOOK_SECRETS: needed for Stripe")
    if settings.breached_passwords and not settings.breached_passwords.is_file():
        faults.append("  TIXMO_BREACHED_PASSWORDS: there is no such file")
    if settings.cart_minutes > settings.cart_minutes_max:
        faults.append("  TIXMO_CART_MINUTES_MAX: less than TIXMO_CART_MINUTES")
    if settings.env == "production":
        faults += _not_for_production(settings)
    return faults


def _unusable_addresses(settings: Settings) -> list[str]:
    faults = []
    for field in ("database_url", "owner_database_url"):
        url = getattr(settings, field)
        try:
            if url and not make_url(url).drivername.startswith("postgres"):
                faults.append(f"  {PREFIX}{field.upper()}: only PostgreSQL is supported")
        except ArgumentError:
            faults.append(f"  {PREFIX}{field.upper()}: this is not a database address")
    if settings.redis_url and not settings.redis_url.startswith(_REDIS):
        faults.append("  TIXMO_REDIS_URL: use redis://, rediss:// or unix://")
    if not settings.smtp_url.startswith(_SMTP) or not urlsplit(settings.smtp_url).hostname:
        faults.append("  TIXMO_SMTP_URL: use smtp://HOST, smtps://HOST or smtp+starttls://HOST")
    if settings.public_url and not urlsplit(settings.public_url).netloc:
        faults.append("  TIXMO_PUBLIC_URL: use http://HOST or https://HOST")
    faults += _unusable_passkeys(settings)
    if "@" not in parseaddr(settings.mail_from)[1]:
        faults.append("  TIXMO_MAIL_FROM: use an address, or Name <address>")
    return faults


def _unusable_passkeys(settings: Settings) -> list[str]:
    """Browsers refuse such pages; it is better known at start."""
    rp_id, origins = settings.passkey_site
    faults = []
    for origin in origins if settings.passkey_origins or settings.passkey_rp_id else ():
        url = urlsplit(origin)
        host = url.hostname or ""
        if url.scheme != "https" and not (url.scheme == "http" and host == "localhost"):
            faults.append("  TIXMO_PASSKEY_ORIGINS: use https://HOST (or http://localhost)")
        elif url.path or url.query or url.fragment or "@" in url.netloc:
            faults.append("  TIXMO_PASSKEY_ORIGINS: only scheme, host and port")
        elif host != rp_id and not host.endswith(f".{rp_id}"):
            faults.append(f"  TIXMO_PASSKEY_RP_ID: {host} is not {rp_id}, nor beneath it")
    return faults


def _unusable_secrets(settings: Settings) -> list[str]:
    if not settings.signing_secrets:
        return []
    try:
        Keyring.parse(settings.signing_secrets)
    except InvalidSecrets as error:
        return [f"  TIXMO_SIGNING_SECRETS: {error}"]
    return []


def _unusable_providers(settings: Settings) -> list[str]:
    faults = []
    try:
        read_providers(settings.oidc_providers, allow_http=settings.env == "test")
    except InvalidProviders as error:
        faults.append(f"  TIXMO_OIDC_PROVIDERS: {error}")
    try:
        read_redirect_uris(settings.oidc_redirect_uris, address=settings.address)
    except InvalidProviders as error:
        faults.append(f"  TIXMO_OIDC_REDIRECT_URIS: {error}")
    return faults


def _unusable_lists(settings: Settings) -> list[str]:
    readers: dict[str, Callable[[str], object]] = {
        "trusted_proxies": networks_in,
        "cors_origins": origins_in,
        "rates": rates_in,
    }
    faults = []
    for field, read in readers.items():
        try:
            read(getattr(settings, field))
        except ValueError as error:
            faults.append(f"  {PREFIX}{field.upper()}: {error}")
    return faults


def _not_for_production(settings: Settings) -> list[str]:
    wrong = {
        "DATABASE_URL": (settings.is_embedded, "the embedded database is for development"),
        "REDIS_URL": (not settings.redis_url, "needed in production"),
        "SIGNING_SECRETS": (not settings.signing_secrets, "needed in production"),
        "PAYMENTS": (settings.payments == "simulated", "simulated payments are for development"),
        "MAIL": (settings.mail != "smtp", "only smtp delivers mail"),
        "PUBLIC_URL": (not settings.public_url.startswith("https://"), "needs an https:// address"),
        "RATE_LIMITS": (settings.rate_limits == "off", "off is for tests and benchmarks"),
        "PASSWORD_COST": (settings.password_cost == "low", "low is for tests"),
    }
    return [f"  {PREFIX}{name}: {why}" for name, (is_wrong, why) in wrong.items() if is_wrong]
