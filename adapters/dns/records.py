"""What the world's name servers say, asked with dnspython."""

from collections.abc import Collection

import dns.asyncresolver
import dns.exception
import dns.resolver

from domain.shared.errors import Unavailable

PATIENCE_S = 3.0


class DnsRecords:
    """With the resolver of the machine, unless a test gives another."""

    def __init__(self, resolver: dns.asyncresolver.Resolver | None = None) -> None:
        self._resolver = resolver

    async def texts(self, name: str) -> Collection[str]:
        """Raises Unavailable."""
        try:
            resolver = self._resolver or dns.asyncresolver.Resolver()
            answer = await resolver.resolve(name, "TXT", lifetime=PATIENCE_S)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except dns.exception.DNSException as error:
            raise Unavailable("The name servers do not answer; try again shortly.") from error
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
