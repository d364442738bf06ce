from typing import Any

import pytest

from adapters.memory.database import MemoryDatabase, MemoryTable
from adapters.system.ids import SystemIds
from application.identity.claim_domain import ClaimDomain, ClaimDomainCommand
from domain.identity.custom_domain import known_domain
from domain.identity.errors import InvalidDomain
from domain.shared.errors import Forbidden, NotFound
from domain.shared.ids import OrganizationId
from domain.shared.permissions import Role
from tests.application.identity.people import Society
from tests.application.identity.terms import Terms


async def test_a_claim_keeps_its_token_until_another_domain_is_claimed(
    society: Society, memory: MemoryDatabase
) -> None:
    ada = await society.joins("ada")
    rock = await society.founds(ada)
    actor = await society.actor(ada)
    claim = ClaimDomain(Terms(memory).begin, SystemIds())
    rows: MemoryTable[OrganizationId, Any] = memory.table("custom_domains")

    await claim(actor, rock, ClaimDomainCommand(domain="Tickets.Rock.com."))
    first = rows.get(rock)
    await claim(actor, rock, ClaimDomainCommand(domain="tickets.rock.com"))
    again = rows.get(rock)
    await claim(actor, rock, ClaimDomainCommand(domain="rock.org"))

    assert first is not None
    assert again is not None
    last = rows.get(rock)
    assert last is not None
    assert (first.domain, first.verified_at) == ("tickets.rock.com", None)
    assert first.token == again.token != last.token
    assert last.record_name == "_tixmo-verification.rock.org"


async def test_managers_may_not_and_strangers_find_nothing(
    society: Society, memory: MemoryDatabase
) -> None:
    ada, bob, eve = [await society.joins(name) for name in ("ada", "bob", "eve")]
    rock = await society.founds(ada)
    await society.employs(rock, bob.user_id, Role.MANAGER)
    claim = ClaimDomain(Terms(memory).begin, SystemIds())
    command = ClaimDomainCommand(domain="rock.org")

    with pytest.raises(Forbidden):
        await claim(await society.actor(bob), rock, command)
    with pytest.raises(NotFound):
        await claim(await society.actor(eve), rock, command)


@pytest.mark.parametrize(
    "text",
    [
        *("", "rock", "-rock.org", "rock-.org", "rock..org", ".org", "a b.org", "rock.org/x"),
        *("https://rock.org", "rock.org:443", "192.0.2.1", "[::1]", "localhost", "x.localhost"),
        *(
            "shop.local",
            "a.test",
            f"{'a' * 64}.org",
            f"{'a.' * 130}org",
            "rock_.org",
            "rock\x00.org",
            "co.uk",
            "COM.AU.",
            "github.io",
        ),
    ],
)
def test_what_is_no_public_host_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidDomain):
        known_domain(text)


def test_a_name_in_other_letters_is_kept_as_name_servers_know_it() -> None:
    assert known_domain("Bücher.example.com") == "xn--bcher-kva.example.com"


@pytest.mark.parametrize("text", ["rock.co.uk", "rock.github.io", "co.com", "me.com", "rock.uk"])
def test_what_is_beneath_a_shared_name_is_ones_own(text: str) -> None:
    assert known_domain(text) == text
