"""A domain of an organisation's own, under which its shop is to be found."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from domain.identity.errors import InvalidDomain
from domain.shared.aggregate import Aggregate
from domain.shared.ids import OrganizationId

LONGEST = 253
RECORD = "_tixmo-verification"
"""The name, under the domain, of the TXT record that proves it."""
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_RESERVED = frozenset({"localhost", "local", "internal", "test", "example", "invalid", "onion"})


def known_domain(text: str) -> str:
    """The host name in its normal form: small letters, no dot at the end. Raises InvalidDomain."""
    name = text.strip().lower().removesuffix(".")
    try:
        name = name.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise InvalidDomain from error
    labels = name.split(".")
    if len(name) > LONGEST or len(labels) < 2 or labels[-1].isdigit():
        raise InvalidDomain
    if labels[-1] in _RESERVED or not all(_LABEL.fullmatch(label) for label in labels):
        raise InvalidDomain
    return name


@dataclass(slots=True, kw_only=True)
class CustomDomain(Aggregate):
    """Claimed until its owner has set the token as a TXT record; then it is nobody else's."""

    organization_id: OrganizationId
    domain: str
    token: str
    """Told to whoever claims it, and to the world once it is set: no secret."""
    created_at: datetime
    verified_at: datetime | None = None

    @classmethod
    def claim(
        cls, organization_id: OrganizationId, domain: str, token: str, *, at: datetime
    ) -> Self:
        """Raises InvalidDomain."""
        return cls(
            organization_id=organization_id,
            domain=known_domain(domain),
            token=token,
            created_at=at,
        )

    @property
    def record_name(self) -> str:
        return f"{RECORD}.{self.domain}"

    def verify(self, *, at: datetime) -> None:
        """The record was seen; seeing it again changes nothing."""
        if self.verified_at is None:
            self.verified_at = at
