import pytest

from adapters.memory.database import MemoryDatabase
from adapters.system.ids import SystemIds
from application.identity.claim_domain import ClaimDomain, ClaimDomainCommand
from application.identity.verify_domain import VerifyDomain
from domain.identity.errors import CustomDomainNotFound, DomainNotVerified, DomainTaken
from domain.shared.errors import NotFound, Unavailable
from tests.application.identity.people import Society
from tests.application.identity.terms import Terms

ROCK = ClaimDomainCommand(domain="rock.org")


async def test_whoever_shows_the_record_first_has_the_domain(
    society: Society, memory: MemoryDatabase
) -> None:
    terms = Terms(memory)
    ada, eve = await society.joins("ada"), await society.joins("eve")
    rock, squat = await society.founds(ada), await society.founds(eve, "Squat")
    claim, verify = ClaimDomain(terms.begin, SystemIds()), VerifyDomain(terms.begin, terms.records)
    for signed_in, house in ((eve, squat), (ada, rock)):
        await claim(await society.actor(signed_in), house, ROCK)
    rows = {row.organization_id: row for row in memory.table("custom_domains").rows()}

    with pytest.raises(DomainNotVerified):
        await verify(await society.actor(eve), squat)
    terms.records.set("_tixmo-verification.rock.org", rows[rock].token)
    await verify(await society.actor(ada), rock)
    with pytest.raises(DomainNotVerified):
        await verify(await society.actor(eve), squat)
    terms.records.set("_tixmo-verification.rock.org", rows[squat].token)
    with pytest.raises(DomainTaken):
        await verify(await society.actor(eve), squat)

    kept = {row.organization_id: row.verified_at for row in memory.table("custom_domains").rows()}
    assert kept[rock] is not None
    assert kept[squat] is None


async def test_without_a_claim_or_an_answer_nothing_is_proved(
    society: Society, memory: MemoryDatabase
) -> None:
    terms = Terms(memory)
    ada, eve = await society.joins("ada"), await society.joins("eve")
    rock = await society.founds(ada)
    verify = VerifyDomain(terms.begin, terms.records)

    with pytest.raises(CustomDomainNotFound):
        await verify(await society.actor(ada), rock)
    with pytest.raises(NotFound):
        await verify(await society.actor(eve), rock)
    await ClaimDomain(terms.begin, SystemIds())(await society.actor(ada), rock, ROCK)
    terms.records.is_down = True
    with pytest.raises(Unavailable):
        await verify(await society.actor(ada), rock)
