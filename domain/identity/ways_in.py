"""By which ways somebody still gets into their account: none of them is ever the last to go."""

from collections.abc import Collection, Iterable

from domain.identity.linked_identity import LinkedIdentity
from domain.identity.user import User
from domain.shared.words import Word


class WayIn(Word):
    """What alone lets its owner in; a second factor is no way in.

    Nor is the address, although a new password can be had there: every account that a provider
    opened has a verified one, which may be lost together with the account at the provider.
    """

    PASSWORD = "password"  # noqa: S105  # A way in, and no password.
    PASSKEY = "passkey"
    PROVIDER = "provider"


def ways_in(
    user: User,
    *,
    passkeys: int,
    identities: Iterable[LinkedIdentity],
    issuers: Collection[str],
) -> frozenset[WayIn]:
    """Those that are open, with so many trusted passkeys and these identities.

    `issuers` are those with which one can sign in at present; the others let nobody in.
    """
    found = {
        WayIn.PASSWORD: user.password_hash is not None,
        WayIn.PASSKEY: passkeys > 0,
        WayIn.PROVIDER: any(one.issuer in issuers for one in identities),
    }
    return frozenset(way for way, is_open in found.items() if is_open)
