from typing import Any

import msgspec
import pytest

from application.identity.export_me import ExportMe
from application.identity.record_ports import AccountRecords
from application.shared.actor import Actor
from application.shared.scope import Scope
from domain.shared.errors import PersonRequired
from tests.application.identity.people import Society
from tests.conftest import VirtualClock

KINDS = (
    *("passkeys", "linkedIdentities", "authorizations", "memberships", "invitations"),
    *("supportVisits", "apiKeys", "oauthClients"),
)


class Records:
    """Says whose it was asked for; what is in them is tested on PostgreSQL."""

    def __init__(self) -> None:
        self.asked: list[Scope] = []

    async def get_records(self, scope: Scope) -> AccountRecords:
        self.asked.append(scope)
        return msgspec.convert(
            {
                "profile": {
                    "id": str(scope.person_id),
                    "email": "ada@example.com",
                    "firstName": "Ada",
                    "lastName": "Byron",
                    "role": "customer",
                    "emailVerified": False,
                    "phone": None,
                    "avatarUrl": None,
                    "twoFactorEnabled": False,
                    "memberships": [],
                    "createdAt": "2026-06-01T12:00:00Z",
                },
                "preferences": {
                    "locale": "en",
                    "timezone": "UTC",
                    "marketingEmails": False,
                    "organizerEmails": False,
                    "reminderEmails": True,
                    "waitingListEmails": True,
                },
                "sessions": [],
                "mailedLinks": [],
                "familiarNetworks": [],
                "secondFactor": {
                    "twoFactorEnabled": False,
                    "appEnabledAt": None,
                    "passkeys": 0,
                    "recoveryCodesLeft": 0,
                    "isLocked": False,
                },
                **dict.fromkeys(KINDS, ()),
            },
            AccountRecords,
        )


class Belongings:
    async def orders(self, actor: Actor) -> list[Any]:
        return [f"order of {actor.user_id}"]

    async def tickets(self, actor: Actor) -> list[Any]:
        return [f"ticket of {actor.user_id}"]

    async def payments(self, actor: Actor) -> list[Any]:
        return [f"payment of {actor.user_id}"]

    async def carts(self, actor: Actor) -> list[Any]:
        return [f"cart of {actor.user_id}"]

    async def waiting_list_entries(self, actor: Actor) -> list[Any]:
        return []


async def test_it_is_gathered_from_everywhere_for_the_one_who_asks(
    society: Society, clock: VirtualClock
) -> None:
    ada = await society.actor(await society.joins("ada"))
    records = Records()

    data = await ExportMe(records, Belongings(), clock)(ada)

    assert [scope.person_id for scope in records.asked] == [ada.user_id]
    assert data.account.profile.id == ada.user_id
    assert data.orders == [f"order of {ada.user_id}"]
    assert data.tickets == [f"ticket of {ada.user_id}"]
    assert data.payments == [f"payment of {ada.user_id}"]
    assert data.carts == [f"cart of {ada.user_id}"]
    assert data.exported_at == clock()


async def test_a_key_cannot_ask_for_it(society: Society, clock: VirtualClock) -> None:
    ada = await society.actor(await society.joins("ada"))
    asking = ExportMe(Records(), Belongings(), clock)

    with pytest.raises(PersonRequired):
        await asking(msgspec.structs.replace(ada, personal=frozenset()))
