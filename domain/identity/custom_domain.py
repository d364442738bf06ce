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
# Under these, names belong to strangers to each other. Not the whole public suffix list, which
# changes weekly: what guards a suffix is that its owner alone can set the record.
_SHARED_SECOND = frozenset(
    "ac co com edu gob gouv gov go ltd me mil ne net nom or org plc sch".split()
)
_SHARED_HOSTS = frozenset(
    """
    amazonaws.com appspot.com azurewebsites.net blogspot.com cloudfront.net firebaseapp.com fly.dev
    github.io gitlab.io herokuapp.com myshopify.com netlify.app ngrok.io onrender.com pages.dev
    surge.sh vercel.app web.app wixsite.com wordpress.com workers.dev
    """.split()
)


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
    is_country = len(labels) == 2 and len(labels[1]) == 2
    if name in _SHARED_HOSTS or (is_country and labels[0] in _SHARED_SECOND):
        raise InvalidDomain("This is nobody's alone; claim a domain beneath it.")
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
