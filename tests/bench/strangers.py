"""Buyers whom the API has never seen, as most are in an on-sale minute.

Made in the tables, with tokens signed by the house's own secrets: through the door, thousands of
registrations would take longer than all that is measured.
"""

from datetime import UTC, datetime
from uuid import UUID

import psycopg
from psycopg.conninfo import make_conninfo

from adapters.embedded.postgres import DATABASE
from adapters.tokens.access import AccessTokenSigner
from adapters.tokens.keyring import Keyring
from domain.shared.ids import SessionId, UserId
from tests.bench.house import House

_REGISTER = """
with people as (
    insert into users (id, email, email_key, password_hash, first_name, last_name,
                       is_platform_admin, is_active, created_at, updated_at, version)
    select id, id || '@example.com', id || '@example.com', '-', 'Stranger', 'Bench',
           false, true, now(), now(), 1
    from (select gen_random_uuid() as id from generate_series(1, %s)) as made
    returning id
)
insert into sessions (id, user_id, refresh_hash, created_at, last_used_at, expires_at, version)
select gen_random_uuid(), id, uuid_send(id), now(), now(), now() + interval '1 day', 1
from people
returning user_id, id
"""


def strangers(house: House, count: int) -> list[str]:
    """The access token of each."""
    url = make_conninfo(house.superuser_url, dbname=DATABASE)
    with psycopg.connect(url) as connection:
        made: list[tuple[UUID, UUID]] = connection.execute(_REGISTER, (count,)).fetchall()
    signer = AccessTokenSigner(Keyring.kept_in(house.home), lambda: datetime.now(UTC))
    return [signer.issue(UserId(user), SessionId(session)).token for user, session in made]
