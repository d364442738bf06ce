"""What was kept before a rule was there is mended by the migration that brings the rule."""

from collections.abc import Iterator
from importlib.resources import files
from uuid import UUID

import pytest

from domain.identity.user import Email
from domain.shared.names import clean_name
from tests.adapters.postgres.every_table import Connection, two_tenants

NAMES = {
    "Ada \u202egnp.exe": "Ada gnp.exe",
    "You won! http://evil.example/x": "You won! http evil.example/x",
    "\uff57\uff57\uff57.evil.example": "evil.example",
    "\u200b\u2066": "-",
    "A\u200dda": "Ada",
    "\u0645\u06cc\u200c\u062e": "\u0645\u06cc\u200c\u062e",
    "\u2764\ufe0f\u200d\U0001f525": "\u2764\ufe0f\u200d\U0001f525",
    "Łódź": "Łódź",
}
ZONES = {
    "localtime": "UTC",
    "Factory": "UTC",
    "Japan": "Asia/Tokyo",
    "GB-Eire": "Europe/London",
    "UTC": "UTC",
    "America/Argentina/Ushuaia": "America/Argentina/Ushuaia",
}


@pytest.fixture
def tenants(owner_connection: Connection, emptied: None) -> Iterator[Connection]:
    with two_tenants(owner_connection) as connection, connection.transaction(force_rollback=True):
        yield connection


def _people(connection: Connection, last_name: str = "Byron") -> list[UUID]:
    """Two of them."""
    ids = [UUID(int=number) for number in (1, 2)]
    for one in ids:
        connection.execute(
            "insert into users (id, email, email_key, first_name, last_name, created_at,"
            " updated_at, version)"
            " values (%(id)s::text::uuid, %(id)s, %(id)s, 'Ada', %(name)s, now(), now(), 1)",
            {"id": str(one), "name": last_name},
        )
    return ids


def _mend(connection: Connection) -> None:
    versions = files("adapters.postgres.migrations.versions")
    with connection.transaction():
        connection.execute((versions / "0015_names_and_addresses.sql").read_text().encode())
        connection.execute("discard temp")


@pytest.mark.parametrize(("before", "after"), NAMES.items())
def test_names_can_be_read_again(tenants: Connection, before: str, after: str) -> None:
    tenants.execute("update organizations set name = %s", [before])
    _people(tenants, last_name=before)

    _mend(tenants)

    rows = tenants.execute("select name from organizations union select last_name from users")
    assert rows.fetchall() == [(after,)]
    assert clean_name(after, field="name", longest=200) == after


@pytest.mark.parametrize(("before", "after"), ZONES.items())
def test_zones_are_places(tenants: Connection, before: str, after: str) -> None:
    tenants.execute("update venues set timezone = %s", [before])

    _mend(tenants)

    assert tenants.execute("select distinct timezone from venues").fetchall() == [(after,)]


def test_two_accounts_never_become_one_address(tenants: Connection) -> None:
    first, second = _people(tenants)
    of = "update users set email = %s, email_key = %s where id = %s"
    wide, plain = "\uff41da@example.com", "ada@example.com"
    tenants.execute(of, [wide, wide, first])
    _mend(tenants)
    keys = "select email_key from users where id = %s"
    assert tenants.execute(keys, [first]).fetchall() == [(Email(wide).key,)] == [(plain,)]

    tenants.execute(of, [wide, wide, first])
    tenants.execute(of, [plain, plain, second])
    _mend(tenants)
    assert tenants.execute(keys, [first]).fetchall() == [(wide,)]
    assert tenants.execute(keys, [second]).fetchall() == [(plain,)]
