"""An organisation shows that a domain is its own."""

from dataclasses import dataclass

import msgspec

from application.identity.terms_ports import BeginTerms, DomainRecords
from application.shared.actor import Actor, authorize
from domain.identity.errors import CustomDomainNotFound, DomainNotVerified
from domain.shared.ids import OrganizationId
from domain.shared.permissions import Permission


@dataclass(frozen=True, slots=True)
class VerifyDomain:
    """Look for the token among the TXT records; whoever shows it first has the domain.

    Raises NotFound, Forbidden, CustomDomainNotFound, DomainNotVerified, DomainTaken, Unavailable.
    """

    begin: BeginTerms
    records: DomainRecords

    async def __call__(self, actor: Actor, organization_id: OrganizationId) -> None:
        authorize(actor, Permission.ORGANIZATION_EDIT, organization_id)
        # Asked apart: name servers take their time, and nothing is locked meanwhile.
        async with self.begin(_unkeyed(actor).within(organization_id)) as tx:
            claimed = await tx.custom_domains.get(organization_id)
        if claimed is None:
            raise CustomDomainNotFound
        texts = await self.records.texts(claimed.record_name)
        async with self.begin(actor.within(organization_id)) as tx:
            domain = await tx.custom_domains.get(organization_id)
            if domain is None or domain.domain != claimed.domain:
                raise CustomDomainNotFound
            if domain.token not in texts:
                raise DomainNotVerified(name=domain.record_name, value=domain.token)
            domain.verify(at=tx.now)
            await tx.custom_domains.save(domain)


def _unkeyed(actor: Actor) -> Actor:
    """The first look claims no Idempotency-Key: the change does."""
    return msgspec.structs.replace(actor, keyed=None)
