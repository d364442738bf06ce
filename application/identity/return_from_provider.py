"""A browser comes back from a provider, and is sent on to the shop that it came from."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from msgspec import Struct

from application.identity.provider_ports import BeginProviderLogin
from application.shared.scope import PUBLIC
from domain.identity.errors import LoginFlowEnded
from domain.identity.login_flow import kept_of

_LONGEST = 4096
_ERROR_LONGEST = 64


class ProviderAnswer(Struct, frozen=True, kw_only=True):
    """What the provider lets the browser say."""

    state: str | None
    code: str | None = None
    iss: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnFromProvider:
    """The shop's address with the answer in its query. Raises LoginFlowEnded.

    Nothing is changed and nobody is asked: the page may be fetched by anybody, any number of times.
    """

    begin: BeginProviderLogin

    async def __call__(self, provider: str, answer: ProviderAnswer) -> str:
        said = _said(answer)
        async with self.begin(PUBLIC) as tx:
            flow = await tx.login_flows.get(kept_of(said["state"]))
            flow.require_alive(provider, at=tx.now)
        parts = urlsplit(flow.redirect_uri)
        query = "&".join(part for part in (parts.query, urlencode(said)) if part)
        return urlunsplit(parts._replace(query=query))


def _said(answer: ProviderAnswer) -> dict[str, str]:
    """Either a code or an error, with the state; whatever else came is left here."""
    if not answer.state:
        raise LoginFlowEnded
    said = {"state": answer.state}
    if answer.error is not None:
        said["error"] = "".join(sign for sign in answer.error if sign.isalnum() or sign == "_")
        said["error"] = said["error"][:_ERROR_LONGEST]
    elif answer.code:
        said["code"] = answer.code
    else:
        raise LoginFlowEnded
    if answer.iss:
        said["iss"] = answer.iss
    if sum(map(len, said.values())) > _LONGEST:
        raise LoginFlowEnded
    return said
