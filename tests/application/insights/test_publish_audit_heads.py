"""The ends of the chains are witnessed, all of them at once."""

from collections.abc import Sequence
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from structlog.testing import capture_logs

from adapters.tokens.audit_notary import PURPOSE, SigningNotary, digest_of
from adapters.tokens.keyring import Keyring
from application.insights.ports import AuditHead
from application.insights.publish_audit_heads import PublishAuditHeads
from domain.shared.ids import OrganizationId

HEADS = [
    AuditHead(OrganizationId(UUID(int=1)), 7, b"7" * 32),
    AuditHead(OrganizationId(UUID(int=2)), 3, b"3" * 32),
]
KEYRING = Keyring({1: b"1" * 32})


class Heads:
    def __init__(self, heads: Sequence[AuditHead]) -> None:
        self._heads = list(heads)

    async def all(self) -> list[AuditHead]:
        return self._heads


async def test_each_head_is_told_and_all_are_signed() -> None:
    with capture_logs() as lines:
        published = await PublishAuditHeads(Heads(HEADS), SigningNotary(KEYRING))()

    *heads, signed = lines
    assert published == 2
    assert [(line["organization_id"], line["block"]) for line in heads] == [
        (str(UUID(int=1)), 7),
        (str(UUID(int=2)), 3),
    ]
    key = KEYRING.signing_key(PURPOSE, signed["key_id"]).public_key()
    key.verify(bytes.fromhex(signed["signature"]), digest_of(HEADS))
    assert signed["digest"] == digest_of(HEADS).hex()


async def test_another_head_is_another_signature() -> None:
    with capture_logs() as lines:
        await PublishAuditHeads(Heads(HEADS[:1]), SigningNotary(KEYRING))()

    key = KEYRING.signing_key(PURPOSE, 1).public_key()
    try:
        key.verify(bytes.fromhex(lines[-1]["signature"]), digest_of(HEADS))
    except InvalidSignature:
        return
    raise AssertionError("One signature fits two different ends.")
