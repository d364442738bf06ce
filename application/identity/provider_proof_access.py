"""How what came back from a provider becomes a proven identity: each flow once."""

from typing import Annotated

from msgspec import Meta

from application.identity.provider_ports import BeginProviderLogin, LoginProviders, Returned
from application.shared.messages import Command
from application.shared.scope import PUBLIC
from domain.identity.linked_identity import ProvenIdentity
from domain.identity.login_flow import code_verifier_of, kept_of, nonce_of
from domain.shared.errors import Unavailable
from domain.shared.ids import UserId

Brought = Annotated[str, Meta(min_length=1, max_length=4096)]


class ProviderReturn(Command):
    """What the provider's answer brought to the shop, and the token that the shop kept."""

    code: Brought
    state: Brought
    flow_token: Brought
    iss: Brought | None = None
    """If the provider's answer has it."""


async def proven_identity(
    begin: BeginProviderLogin,
    providers: LoginProviders,
    provider: str,
    returned: ProviderReturn,
    *,
    user_id: UserId | None,
) -> ProvenIdentity:
    """Take the flow, then ask the provider; a flow whose provider is down may be tried again.

    Raises LoginProviderNotFound, LoginFlowEnded, LoginProviderDown, ProviderRefused,
    ProviderNotBelieved.
    """
    providers.require(provider)
    state_hash = kept_of(returned.state)
    async with begin(PUBLIC) as tx:
        flow = await tx.login_flows.lock(state_hash)
        flow.take(returned.flow_token, provider=provider, user_id=user_id, at=tx.now)
        await tx.login_flows.save(flow)
    brought = Returned(
        code=returned.code,
        code_verifier=code_verifier_of(returned.flow_token),
        nonce=nonce_of(returned.flow_token),
        issuer=returned.iss,
    )
    try:
        return await providers.identify(provider, brought)
    except Unavailable:
        async with begin(PUBLIC) as tx:
            flow = await tx.login_flows.lock(state_hash)
            flow.give_back()
            await tx.login_flows.save(flow)
        raise
