"""The ends of all audit chains leave the house, so that rewriting a whole chain is noticed."""

from dataclasses import dataclass

from application.insights.ports import AuditHeads, Notary


@dataclass(frozen=True, slots=True)
class PublishAuditHeads:
    """Have them witnessed (every hour, by the worker). Answers how many there are."""

    heads: AuditHeads
    notary: Notary

    async def __call__(self) -> int:
        heads = await self.heads.all()
        self.notary.witness(heads)
        return len(heads)
