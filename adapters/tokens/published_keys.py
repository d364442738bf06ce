"""The public halves of the keys that sign access tokens: a JWK set."""

import base64
from datetime import timedelta

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.tokens.access import LEEWAY, LIFETIMES_S, PURPOSE
from adapters.tokens.keyring import Keyring
from application.identity.views import KeySetView, KeyView
from application.shared.clock import Clock

_LONGEST = timedelta(seconds=max(LIFETIMES_S.values())) + LEEWAY


class PublishedKeys:
    """A key is shown from the moment that the ring has it until its last token has expired."""

    def __init__(self, keyring: Keyring, clock: Clock) -> None:
        self._keyring = keyring
        self._clock = clock

    def show_keys(self) -> KeySetView:
        now = self._clock()
        ends = {key_id: self._keyring.until(key_id) for key_id in sorted(self._keyring.masters)}
        return KeySetView(
            keys=[
                self._key(key_id)
                for key_id, until in ends.items()
                if until is None or now < until + _LONGEST
            ]
        )

    def _key(self, key_id: int) -> KeyView:
        public = self._keyring.signing_key(PURPOSE, key_id).public_key()
        raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return KeyView(
            kty="OKP",
            crv="Ed25519",
            x=base64.urlsafe_b64encode(raw).rstrip(b"=").decode(),
            kid=str(key_id),
            use="sig",
            alg="EdDSA",
        )
