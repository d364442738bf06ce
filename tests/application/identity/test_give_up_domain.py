import pytest

from adapters.memory.database import MemoryDatabase
from adapters.system.ids import SystemIds
from application.identity.claim_domain import ClaimDomain, ClaimDomainCommand
from application.identity.give_up_domain import GiveUpDomain
from domain.identity.errors import CustomDomainNotFound
from domain.shared.errors import NotFound
from tests.application.identity.people import Society
from tests.application.identity.terms import Terms


async def test_what_was_given_up_is_nobodys(society: Society, memory: MemoryDatabase) -> None:
    terms = Terms(memory)
    ada, eve = await society.joins("ada"), await society.joins("eve")
    rock = await society.founds(ada)
    command = ClaimDomainCommand(domain="rock.org")
    await ClaimDomain(terms.begin, SystemIds())(await society.actor(ada), rock, command)
    give_up = GiveUpDomain(terms.begin)

    with pytest.raises(NotFound):
        await give_up(await society.actor(eve), rock)
    await give_up(await society.actor(ada), rock)

    assert not list(memory.table("custom_domains").rows())
    with pytest.raises(CustomDomainNotFound):
        await give_up(await society.actor(ada), rock)
