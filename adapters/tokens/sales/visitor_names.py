"""Names for the visitors of waiting rooms: they carry the arrival, so that a place can be restored.

The lot that a visitor has in the draw is not in the name, which its bearer can read: it is worked
out from the name with a secret. Nobody can choose it, or tell a good one from a bad one in time.
"""

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from adapters.tokens.keyring import Keyring
from adapters.tokens.sealed_bytes import SealedBytes, derived_key
from domain.sales.errors import UnknownVisitor
from domain.sales.waiting_room import DRAW_BITS, Visitor, instant_of, micros
from domain.shared.ids import EventId, UserId

PURPOSE = "visitor-names"
DRAW = "waiting-room-draw"
ACCOUNT = "waiting-room-accounts"
_ID_SIZE = 16
_TIME_SIZE = 8


class VisitorNames:
    """Event, visitor and arrival, sealed. `random_bytes` makes visitors nobody could guess."""

    def __init__(
        self, keyring: Keyring, random_bytes: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._seal = SealedBytes(keyring, PURPOSE, 16 + _ID_SIZE + _TIME_SIZE)
        self._lots = {id_: derived_key(keyring, DRAW, id_) for id_ in keyring.masters}
        self._accounts = {id_: derived_key(keyring, ACCOUNT, id_) for id_ in keyring.masters}
        self._keyring = keyring
        self._random_bytes = random_bytes

    def new(self, event_id: EventId, user_id: UserId | None) -> Visitor:
        """Somebody who arrives just now; an account is the same visitor on every device."""
        present = self._keyring.current
        if user_id is None:
            id_ = self._random_bytes(_ID_SIZE)
        else:
            named = event_id.bytes + user_id.bytes
            id_ = hmac.digest(self._accounts[present], named, "sha256")[:_ID_SIZE]
        return Visitor(id=id_, draw=self._lot(present, event_id, id_))

    def name(self, event_id: EventId, visitor: Visitor, entered_at: datetime) -> str:
        """What the visitor is called from now on."""
        arrival = micros(entered_at).to_bytes(_TIME_SIZE, "big")
        return self._seal.seal(event_id.bytes + visitor.id + arrival)

    def read(self, event_id: EventId, name: str) -> Visitor:
        """Who bears this name. Raises UnknownVisitor if it is not one of ours, for this event."""
        opened = self._seal.open(name)
        if opened is None:
            raise UnknownVisitor
        key_id, payload = opened
        if UUID(bytes=payload[:16]) != event_id:
            raise UnknownVisitor
        id_ = payload[16 : 16 + _ID_SIZE]
        return Visitor(
            id=id_,
            draw=self._lot(key_id, event_id, id_),
            entered_at=instant_of(int.from_bytes(payload[-_TIME_SIZE:], "big")),
        )

    def _lot(self, key_id: int, event_id: EventId, id_: bytes) -> int:
        digest = hmac.digest(self._lots[key_id], event_id.bytes + id_, "sha256")
        return int.from_bytes(digest[:8], "big") >> (64 - DRAW_BITS)
