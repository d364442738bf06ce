"""Somebody is told, by mail, that an organisation would like to have them."""

from dataclasses import dataclass
from uuid import UUID

from application.messaging.ports import InvitationFacts, InvitationLetters, Mailer, Message
from domain.shared.ids import InvitationId, OrganizationId


@dataclass(frozen=True, slots=True)
class SendInvitation:
    """Write the mail of one round. Raises MailDown, and is then called again.

    What was answered, revoked or sent anew by then is not sent. A crash may repeat the mail, with
    the same Message-ID.
    """

    facts: InvitationFacts
    letters: InvitationLetters
    mailer: Mailer

    async def __call__(self, *, organization_id: str, invitation_id: str, round: int) -> None:
        owner, which = OrganizationId(UUID(organization_id)), InvitationId(UUID(invitation_id))
        invited = await self.facts.of_round(owner, which, round)
        if invited is None:
            return
        await self.mailer.send(
            Message(
                id=f"invitation.{which}.{round}",
                to_name=invited.email,
                to_address=invited.email,
                letter=self.letters.invite(invited),
            )
        )
