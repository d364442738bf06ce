from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from adapters.mail.letters import JinjaLetters
from application.messaging.ports import Invited, Message
from application.messaging.send_invitation import SendInvitation
from domain.shared.ids import InvitationId, OrganizationId

ROCK, WHICH = UUID(int=1), UUID(int=2)
INVITED = Invited(
    email="bob@example.com",
    organization_name="Rock & <Soul>",
    inviter_name="Ada Byron",
    role="support",
    expires_at=datetime(2026, 6, 8, 12, 0, tzinfo=UTC),
    token="secret-token",
)


@dataclass
class Facts:
    """Only the second round counts."""

    asked: list[tuple[OrganizationId, InvitationId, int]] = field(default_factory=list)

    async def of_round(
        self, organization_id: OrganizationId, invitation_id: InvitationId, round: int
    ) -> Invited | None:
        self.asked.append((organization_id, invitation_id, round))
        return INVITED if round == 2 else None


@dataclass
class Postbox:
    sent: list[Message] = field(default_factory=list)

    async def send(self, message: Message) -> None:
        self.sent.append(message)


async def test_the_mail_of_the_newest_round_is_sent_and_no_other() -> None:
    facts, postbox = Facts(), Postbox()
    send = SendInvitation(facts, JinjaLetters("https://tixmo.example"), postbox)

    for number in (1, 2):
        await send(organization_id=str(ROCK), invitation_id=str(WHICH), round=number)

    [message] = postbox.sent
    assert facts.asked[0] == (ROCK, WHICH, 1)
    assert message.id == f"invitation.{WHICH}.2"
    assert message.to_address == "bob@example.com"
    assert message.letter.subject == "Rock & <Soul> invites you to work with them"
    link = "https://tixmo.example/api/v1/invitations/secret-token/accept"
    assert link in message.letter.text
    assert link in message.letter.html
    assert "Rock &amp; &lt;Soul&gt;" in message.letter.html
