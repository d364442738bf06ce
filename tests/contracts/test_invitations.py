"""Invitations: memory and PostgreSQL keep the same promises."""

import pytest

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity import MemoryTeams
from adapters.memory.identity_invitations import MemoryInvitations, MemoryInvitationTransaction
from adapters.postgres.database import Database
from adapters.postgres.identity.invitations import PostgresInvitationTransaction
from application.identity.invitation_ports import BeginInvitations
from domain.identity.invitation import Invitation
from domain.identity.team import Membership
from domain.shared.errors import DomainError
from domain.shared.ids import InvitationId, OrganizationId
from tests.contracts.invitations_contract import InvitationsContract


class TestMemoryInvitations(InvitationsContract):
    @pytest.fixture
    def begin(self, memory: MemoryDatabase) -> BeginInvitations:
        return memory.beginner(MemoryInvitationTransaction)


class TestPostgresInvitations(InvitationsContract):
    @pytest.fixture
    def begin(self, postgres: Database) -> BeginInvitations:
        return postgres.beginner(PostgresInvitationTransaction)


class _MixesOrganizations(MemoryInvitations):
    async def lock(
        self, organization_id: OrganizationId, invitation_id: InvitationId
    ) -> Invitation:
        invitation = self._rows.get(invitation_id)
        assert invitation is not None
        return invitation


class _InvitesTwice(MemoryInvitations):
    async def add(self, invitation: Invitation) -> None:
        invitation.version = 1
        self._rows.put(invitation.id, invitation)


class _ForgetsLimits(MemoryTeams):
    async def save(self, membership: Membership) -> None:
        """Writes nothing."""


def _sabotaged(
    invitations: type[MemoryInvitations] = MemoryInvitations, teams: type[MemoryTeams] = MemoryTeams
) -> type[MemoryInvitationTransaction]:
    class Sabotaged(MemoryInvitationTransaction):
        def build(self) -> None:
            super().build()
            self.invitations = invitations(self)
            self.teams = teams(self)

    return Sabotaged


@pytest.mark.parametrize(
    ("saboteur", "promise"),
    [
        (_sabotaged(_MixesOrganizations), "test_it_is_found_in_its_own_organization_alone"),
        (_sabotaged(_InvitesTwice), "test_an_address_has_one_open_invitation"),
        (_sabotaged(teams=_ForgetsLimits), "test_a_limit_is_kept_with_its_member"),
    ],
)
async def test_a_broken_store_is_caught(
    memory: MemoryDatabase, saboteur: type[MemoryInvitationTransaction], promise: str
) -> None:
    begin = memory.beginner(saboteur)

    with pytest.raises((AssertionError, DomainError, pytest.fail.Exception)):
        await getattr(InvitationsContract(), promise)(begin)
