"""The tokens of invitations: what they name under a MAC, derived when asked for, never stored."""

from uuid import UUID

from adapters.tokens.keyring import Keyring
from adapters.tokens.sealed_bytes import SealedBytes
from application.identity.invitation_ports import NamedInvitation
from domain.identity.errors import InvitationNotFound
from domain.shared.ids import InvitationId, OrganizationId

_ID_SIZE = 16
_ROUND_SIZE = 2


class DerivedInvitationTokens:
    """Each mail has its own, for the round is in it."""

    def __init__(self, keyring: Keyring) -> None:
        self._sealed = SealedBytes(keyring, "invitation", 2 * _ID_SIZE + _ROUND_SIZE)

    def of(self, named: NamedInvitation) -> str:
        ids = named.organization_id.bytes + named.invitation_id.bytes
        return self._sealed.seal(ids + named.round.to_bytes(_ROUND_SIZE, "big"))

    def read(self, token: str) -> NamedInvitation:
        opened = self._sealed.open(token)
        if opened is None:
            raise InvitationNotFound
        raw = opened[1]
        return NamedInvitation(
            OrganizationId(UUID(bytes=raw[:_ID_SIZE])),
            InvitationId(UUID(bytes=raw[_ID_SIZE : 2 * _ID_SIZE])),
            int.from_bytes(raw[2 * _ID_SIZE :], "big"),
        )
