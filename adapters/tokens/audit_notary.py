"""Signs the ends of the audit chains and writes them into the log, which is kept elsewhere."""

from collections.abc import Sequence
from hashlib import sha256

import structlog

from adapters.tokens.keyring import Keyring
from application.insights.ports import AuditHead

PURPOSE = "audit-heads"

log = structlog.get_logger("tixmo.audit")


class SigningNotary:
    """One line per organisation, and one with the Ed25519 signature over all of them."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def witness(self, heads: Sequence[AuditHead]) -> None:
        for head in heads:
            log.info(
                "audit head",
                organization_id=str(head.organization_id),
                block=head.number,
                hash=head.hash.hex(),
            )
        digest = digest_of(heads)
        key_id = self._keyring.current
        signature = self._keyring.signing_key(PURPOSE, key_id).sign(digest)
        log.info(
            "audit heads",
            count=len(heads),
            digest=digest.hex(),
            key_id=key_id,
            signature=signature.hex(),
        )


def digest_of(heads: Sequence[AuditHead]) -> bytes:
    """Of the heads in the order of their organisations: id, number (8 bytes) and hash."""
    told = sorted(heads, key=lambda head: head.organization_id)
    return sha256(
        b"".join(
            head.organization_id.bytes + head.number.to_bytes(8, "big") + head.hash for head in told
        )
    ).digest()
