"""What closing an account takes along, whoever closes it."""

from uuid import UUID

import msgspec

from application.identity.account_ports import AccountTransaction, BeginAccounts
from application.identity.letter_access import post_to
from application.shared.account_letters import AccountLetterKind
from application.shared.actor import Actor
from application.shared.scope import SYSTEM, Scope
from domain.identity.errors import LastPlatformAdmin
from domain.shared.ids import OrganizationId, SessionId, UserId
from domain.shared.permissions import Role

FORGET_JOB = "waiting_lists.forget_waiting_person"


async def closing_scope(
    begin: BeginAccounts, actor: Actor, user_id: UserId, teams: tuple[OrganizationId, ...]
) -> Scope:
    """The person's own rows, and those of the teams that they leave or were asked to join."""
    # Who invited them is no business of theirs but now: these organisations' rows forget them.
    async with begin(Scope(kind=SYSTEM.kind, session_id=actor.session_id)) as tx:
        senders = await tx.received_invitations.senders(user_id)
    concerned, origin = tuple(sorted({*teams, *senders})), actor.origin
    if origin is not None and not concerned:
        # In nobody's log but ours, and we forget them.
        origin = msgspec.structs.replace(origin, ip=None)
    return Scope(
        kind="organizations",
        organization_ids=concerned,
        person_id=user_id,
        session_id=actor.session_id,
        keyed=actor.keyed,
        origin=origin,
    )


async def close_account(
    tx: AccountTransaction, user_id: UserId, letter_id: UUID
) -> list[SessionId]:
    """Leave every team, end every session, forget the person, and say good-bye by mail. Answers
    the support visits that ended with it.

    Raises UserNotFound, LastOwner, LastPlatformAdmin.
    """
    for organization_id in await tx.teams.of(user_id):
        team = await tx.teams.lock(organization_id)
        if user_id in team.members:
            await tx.teams.remove(team.remove(user_id, by=Role.OWNER))
    user = await tx.users.lock(user_id)
    user.require_open()
    if user.is_platform_admin and await tx.users.count_platform_admins() == 1:
        raise LastPlatformAdmin
    await post_to(tx, user, AccountLetterKind.ACCOUNT_CLOSED, letter_id)
    await tx.received_invitations.erase(user, at=tx.now)
    await tx.registrations.end_all(user.email.key)
    user.close(at=tx.now)
    await tx.users.save(user)
    visits = await tx.sessions.end_visits(user_id, at=tx.now)
    await tx.sessions.erase(user_id)
    await tx.ways_in.erase(user_id)
    await tx.links.erase(user_id)
    await tx.familiar_networks.forget_user(user_id)
    await tx.preferences.forget(user_id)
    # Their places in line are another context's, whose rows are locked after its stock.
    tx.enqueue(FORGET_JOB, {"user_id": str(user_id)})
    return visits
