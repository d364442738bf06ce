"""What every database promises about members who write for an organisation."""

import pytest

from application.identity.ports import BeginIdentity
from application.shared.scope import organizations
from domain.identity.organization import OrganizationStatus
from domain.shared.errors import NotFound
from domain.shared.ids import OrganizationId
from domain.shared.permissions import OrganizationSuspended
from tests.contracts.identity_contract import NOON, an_organization, keep


async def _begins(begin: BeginIdentity, *acting_for: OrganizationId) -> None:
    async with begin(organizations(acting_for, acting_for=acting_for)):
        pass


class StandingContract:
    async def test_nobody_acts_for_an_organisation_that_lost_its_standing(
        self, begin: BeginIdentity
    ) -> None:
        rock, folk = an_organization("rock"), an_organization("folk")
        await keep(begin, rock, folk)
        await _begins(begin, rock.id, folk.id)

        for status in (OrganizationStatus.SUSPENDED, OrganizationStatus.PENDING):
            async with begin(organizations([rock.id])) as tx:
                found = await tx.organizations.get(rock.id)
                found.become(status, reason=None, at=NOON)
                await tx.organizations.save(found)
            if status is OrganizationStatus.SUSPENDED:
                for acting_for in ([rock.id], [folk.id, rock.id]):
                    with pytest.raises(OrganizationSuspended):
                        await _begins(begin, *acting_for)
            await _begins(begin, folk.id)
        await _begins(begin, rock.id)

    async def test_nobody_acts_for_a_closed_organisation(self, begin: BeginIdentity) -> None:
        rock = an_organization("rock")
        rock.close(at=NOON)
        await keep(begin, rock)

        with pytest.raises(NotFound):
            await _begins(begin, rock.id)
        # Who does not act for it may go on: the platform, and people with orders there.
        async with begin(organizations([rock.id])) as tx:
            assert (await tx.organizations.get(rock.id)).status is OrganizationStatus.CLOSED
