"""Somebody wants to sign in with a provider, or to link an account there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from application.identity.provider_ports import BeginProviderLogin, LoginProviders, ShopAddresses
from application.identity.reauthentication_access import Reauthentication
from application.shared.actor import Actor
from application.shared.ids import IdFactory
from application.shared.messages import Command, View
from application.shared.scope import PUBLIC
from domain.identity.login_flow import LoginFlow, code_challenge_of, nonce_of
from domain.shared.errors import Unauthenticated


class StartProviderLoginCommand(Command):
    redirect_uri: str | None = None
    """Where the provider's answer goes; the first address of the platform's list if not said."""
    link_to: Literal["me"] | None = None
    """`me` links the provider's account to the signed-in person's."""
    password: str | None = None
    """To link, if the sign-in is more than ten minutes old."""


class StartedLogin(View):
    authorization_url: str
    """Send the person there."""
    state: str
    """Comes back with the code."""
    flow_token: str
    """Keep it in the browser or app that began, and show it at the end: it is told once."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StartProviderLogin:
    """Begin a flow that only whoever gets this answer can finish.

    Whoever links shows once more who they are: a session that somebody took is no way to a lasting
    way in. Raises LoginProviderNotFound, LoginProviderDown, RedirectNotAllowed, Unauthenticated,
    PersonRequired, FreshSignInNeeded, WrongPassword, TooManyGuesses.
    """

    begin: BeginProviderLogin
    ids: IdFactory
    providers: LoginProviders
    shops: ShopAddresses
    reauthenticate: Reauthentication

    async def __call__(
        self, provider: str, command: StartProviderLoginCommand, actor: Actor | None
    ) -> StartedLogin:
        self.providers.require(provider)
        redirect_uri = self.shops.allowed(command.redirect_uri)
        linking = await self._linking(command, actor)
        state, flow_token = self.ids.secret(), self.ids.secret()
        authorization_url = await self.providers.authorization_url(
            provider,
            state=state,
            nonce=nonce_of(flow_token),
            code_challenge=code_challenge_of(flow_token),
        )
        async with self.begin(PUBLIC if linking is None else linking.as_person()) as tx:
            flow = LoginFlow.begin(
                state,
                flow_token,
                provider=provider,
                redirect_uri=redirect_uri,
                user_id=None if linking is None else linking.user_id,
                at=tx.now,
            )
            await tx.login_flows.forget_expired(tx.now)
            await tx.login_flows.add(flow)
        return StartedLogin(
            authorization_url=authorization_url,
            state=state,
            flow_token=flow_token,
            expires_at=flow.expires_at,
        )

    async def _linking(
        self, command: StartProviderLoginCommand, actor: Actor | None
    ) -> Actor | None:
        """Who links; a flow that signs in belongs to nobody yet."""
        if command.link_to is None:
            return None
        if actor is None:
            raise Unauthenticated("Send an access token: only a signed-in person links accounts.")
        await self.reauthenticate(actor, command.password)
        return actor
