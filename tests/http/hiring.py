"""People who work in an organisation, as the doors see them."""

from typing import Any
from uuid import UUID

from application.identity.invitation_ports import InvitationTokens, NamedInvitation
from application.shared.scope import organizations
from application.shared.scope import person as scope_of
from domain.shared.ids import EventId, InvitationId, OrganizationId, UserId
from domain.shared.permissions import Role
from entrypoints.container import Container


async def hire(
    container: Container,
    organization: str,
    user: str,
    role: str,
    event_ids: list[str] | None = None,
) -> None:
    """Somebody works there already, however they came in."""
    organization_id, user_id = OrganizationId(UUID(organization)), UserId(UUID(user))
    events = None if event_ids is None else [EventId(UUID(one)) for one in event_ids]
    async with container.identity.begin()(organizations([organization_id])) as tx:
        team = await tx.teams.lock(organization_id)
        member = team.add(user_id, Role(role), by=Role.OWNER, at=tx.now, event_ids=events)
        await tx.teams.add(member)
    container.identity.access_tokens().forget_user(user_id)


async def verify(container: Container, user: str) -> None:
    """They have shown that their address is theirs."""
    user_id = UserId(UUID(user))
    async with container.identity.begin()(scope_of(user_id)) as tx:
        found = await tx.users.lock(user_id)
        found.verify_email(found.email, at=tx.now)
        await tx.users.save(found)


def token_of(tokens: InvitationTokens, invitation: dict[str, Any], round: int = 1) -> str:
    """What the mail of that round carries."""
    return tokens.of(
        NamedInvitation(
            OrganizationId(UUID(invitation["organizationId"])),
            InvitationId(UUID(invitation["id"])),
            round,
        )
    )
