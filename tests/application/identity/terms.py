"""An organisation's terms on memory, and name servers that know what they are told."""

from dataclasses import dataclass, field

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity_terms import MemoryTermsTransaction
from application.identity.terms_ports import BeginTerms
from tests.name_servers import KnownRecords


@dataclass
class Terms:
    memory: MemoryDatabase
    records: KnownRecords = field(default_factory=KnownRecords)

    @property
    def begin(self) -> BeginTerms:
        return self.memory.beginner(MemoryTermsTransaction)
