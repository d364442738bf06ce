"""TXT records as name servers send them; the resolver answers without a network."""

from typing import Any

import dns.asyncresolver
import dns.exception
import dns.message
import dns.resolver
import dns.rrset
import pytest

from adapters.dns.records import DnsRecords
from domain.shared.errors import Unavailable

NAME = "_tixmo-verification.rock.org"


class Resolver(dns.asyncresolver.Resolver):
    """Says one thing, or refuses."""

    def __init__(self, said: tuple[str, ...] | Exception) -> None:
        super().__init__(configure=False)
        self._said = said

    async def resolve(self, *asked: Any, **_: Any) -> Any:
        assert asked == (NAME, "TXT")
        if isinstance(self._said, Exception):
            raise self._said
        return dns.rrset.from_text(f"{NAME}.", 60, "IN", "TXT", *self._said)


async def test_texts_are_read_whole() -> None:
    records = DnsRecords(Resolver(('"one"', '"two halves" " of it"')))

    assert sorted(await records.texts(NAME)) == ["one", "two halves of it"]


def refusing(kind: Any, **facts: Any) -> Exception:
    refusal: Exception = kind(**facts)
    return refusal


@pytest.mark.parametrize(
    "refusal",
    [
        refusing(dns.resolver.NXDOMAIN),
        refusing(dns.resolver.NoAnswer, response=dns.message.make_query(NAME, "TXT")),
    ],
)
async def test_what_is_not_there_has_no_texts(refusal: Exception) -> None:
    assert list(await DnsRecords(Resolver(refusal)).texts(NAME)) == []


async def test_name_servers_that_are_silent_are_no_answer() -> None:
    with pytest.raises(Unavailable):
        await DnsRecords(Resolver(refusing(dns.exception.Timeout))).texts(NAME)
