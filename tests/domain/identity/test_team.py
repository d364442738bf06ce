from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.identity.errors import AlreadyMember, LastOwner, MemberNotFound, OwnersOnly
from domain.identity.team import Standing, Team, standing_of
from domain.shared.errors import DomainError
from domain.shared.ids import OrganizationId, UserId
from domain.shared.permissions import Role

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ADA, BOB, EVE = (UserId(UUID(int=number)) for number in (1, 2, 3))


def a_team(**roles: Role) -> Team:
    team = Team(OrganizationId(UUID(int=9)))
    for name, role in roles.items():
        team.add({"ada": ADA, "bob": BOB, "eve": EVE}[name], role, by=Role.OWNER, at=NOON)
    return team


def test_the_last_owner_cannot_be_removed() -> None:
    team = a_team(ada=Role.OWNER, bob=Role.ADMIN)

    with pytest.raises(LastOwner):
        team.remove(ADA, by=Role.OWNER)

    assert ADA in team.members


def test_one_of_two_owners_can_be_removed() -> None:
    team = a_team(ada=Role.OWNER, bob=Role.OWNER)

    team.remove(ADA, by=Role.OWNER)

    assert set(team.members) == {BOB}


def test_nobody_is_a_member_twice() -> None:
    team = a_team(ada=Role.OWNER, bob=Role.ADMIN)

    with pytest.raises(AlreadyMember):
        team.add(BOB, Role.SCANNER, by=Role.OWNER, at=NOON)

    assert team.members[BOB].role is Role.ADMIN


def test_a_stranger_cannot_be_removed() -> None:
    with pytest.raises(MemberNotFound):
        a_team(ada=Role.OWNER).remove(BOB, by=Role.OWNER)


def test_only_an_owner_makes_and_removes_owners() -> None:
    team = a_team(ada=Role.OWNER, bob=Role.OWNER)

    with pytest.raises(OwnersOnly):
        team.add(EVE, Role.OWNER, by=Role.ADMIN, at=NOON)
    with pytest.raises(OwnersOnly):
        team.remove(ADA, by=Role.ADMIN)

    assert set(team.members) == {ADA, BOB}


@pytest.mark.parametrize(
    ("roles", "is_platform_admin", "standing"),
    [
        ([], False, Standing.CUSTOMER),
        ([Role.SCANNER, Role.SCANNER], False, Standing.SCANNER),
        ([Role.SCANNER, Role.ANALYST], False, Standing.PROMOTER),
        ([Role.OWNER], False, Standing.PROMOTER),
        ([Role.SCANNER], True, Standing.ADMIN),
    ],
)
def test_a_standing_follows_from_the_memberships(
    roles: list[Role], is_platform_admin: bool, standing: Standing
) -> None:
    assert standing_of(roles, is_platform_admin=is_platform_admin) is standing


class TeamLife(RuleBasedStateMachine):
    """Against the simplest model: a dictionary of roles."""

    @initialize()
    def begin(self) -> None:
        self.team = a_team(ada=Role.OWNER)
        self.model = {ADA: Role.OWNER}

    @rule(
        who=st.sampled_from([ADA, BOB, EVE]),
        role=st.sampled_from(Role),
        by=st.sampled_from([Role.OWNER, Role.ADMIN]),
    )
    def join(self, who: UserId, role: Role, by: Role) -> None:
        may = who not in self.model and (role is not Role.OWNER or by is Role.OWNER)
        try:
            self.team.add(who, role, by=by, at=NOON)
            assert may
            self.model[who] = role
        except DomainError:
            assert not may

    @rule(who=st.sampled_from([ADA, BOB, EVE]), by=st.sampled_from([Role.OWNER, Role.ADMIN]))
    def leave(self, who: UserId, by: Role) -> None:
        owners = [user for user, role in self.model.items() if role is Role.OWNER]
        may = who in self.model and (who not in owners or (by is Role.OWNER and len(owners) > 1))
        try:
            self.team.remove(who, by=by)
            assert may
            del self.model[who]
        except DomainError:
            assert not may

    @invariant()
    def an_owner_is_left(self) -> None:
        roles = {user: member.role for user, member in self.team.members.items()}
        assert roles == self.model
        assert Role.OWNER in roles.values()


TestTeamLife = TeamLife.TestCase
TestTeamLife.settings = settings(max_examples=50, stateful_step_count=20)
