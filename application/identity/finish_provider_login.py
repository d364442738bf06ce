"""Somebody comes back from a provider and is signed in."""

from dataclasses import dataclass

from application.identity.finish_sign_in import FinishSignIn
from application.identity.ports import Client, SecondStep, SignedIn
from application.identity.provider_ports import (
    BeginProviderLogin,
    LoginProviders,
    ProviderLoginTransaction,
)
from application.identity.provider_proof_access import ProviderReturn, proven_identity
from application.identity.session_access import keep_session
from application.shared.emails import ReadEmail
from application.shared.ids import IdFactory
from application.shared.scope import PUBLIC, person
from domain.identity.errors import (
    EmailTaken,
    IdentityTaken,
    LoginFlowEnded,
    ProviderEmailUnverified,
    SignInToLink,
    UserNotFound,
)
from domain.identity.linked_identity import ProvenIdentity, names_for
from domain.identity.user import Email, User
from domain.shared.email import InvalidEmail
from domain.shared.ids import LinkedIdentityId, UserId


class FinishProviderLoginCommand(ProviderReturn):
    """The names serve a new account whose provider does not tell them."""

    first_name: str | None = None
    last_name: str | None = None


@dataclass(frozen=True, slots=True)
class FinishProviderLogin:
    """Sign in to the account that is linked, or open a new one at an address that is vouched for.

    A second factor of the account is asked for, as after a password. An address that is known here
    links nothing: its owner signs in and links. Raises LoginProviderNotFound, LoginFlowEnded,
    LoginProviderDown, ProviderRefused, ProviderNotBelieved, ProviderEmailUnverified, SignInToLink,
    AccountDisabled.
    """

    begin: BeginProviderLogin
    ids: IdFactory
    providers: LoginProviders
    read_email: ReadEmail
    finish_sign_in: FinishSignIn

    async def __call__(
        self, provider: str, command: FinishProviderLoginCommand, client: Client
    ) -> SignedIn | SecondStep:
        proven = await proven_identity(self.begin, self.providers, provider, command, user_id=None)
        try:
            return await self._admit(proven, command, client)
        except (EmailTaken, IdentityTaken):
            # Somebody was first a moment ago: now there is an account to look at.
            return await self._admit(proven, command, client)

    async def _admit(
        self, proven: ProvenIdentity, command: FinishProviderLoginCommand, client: Client
    ) -> SignedIn | SecondStep:
        # Nobody is known yet, and these tables belong to no organisation.
        async with self.begin(PUBLIC) as tx:
            linked = await tx.linked_identities.find(proven.issuer, proven.subject)
        if linked is None:
            return await self._open_account(proven, command, client)
        async with self.begin(person(linked.user_id)) as tx:
            user = await tx.users.lock(linked.user_id)
            if await tx.linked_identities.find(proven.issuer, proven.subject) != linked:
                raise LoginFlowEnded  # Unlinked a moment ago.
            factors = await tx.second_factors.factors_of(user.id)
            end = self.finish_sign_in(user, client, factors, at=tx.now)
            await tx.users.save(user)
            if end.session is not None:
                await keep_session(tx, end.session)
        return end.answer

    async def _open_account(
        self, proven: ProvenIdentity, command: FinishProviderLoginCommand, client: Client
    ) -> SignedIn | SecondStep:
        email = self._verified_email(proven)
        first_name, last_name = names_for(
            proven, first_name=command.first_name, last_name=command.last_name
        )
        user_id, link_id = UserId(self.ids.new()), LinkedIdentityId(self.ids.new())
        async with self.begin(person(user_id)) as tx:
            await _require_unknown(tx, email)
            user = User(
                id=user_id,
                email=email,
                password_hash=None,
                first_name=first_name,
                last_name=last_name,
                email_verified_at=tx.now,
                created_at=tx.now,
                updated_at=tx.now,
            )
            opened = self.finish_sign_in.open_session(user, client, at=tx.now)
            await tx.users.add(user)
            await tx.linked_identities.add(proven.linked_to(user_id, link_id, at=tx.now))
            await keep_session(tx, opened.session)
        return opened.signed_in

    def _verified_email(self, proven: ProvenIdentity) -> Email:
        try:
            return Email(self.read_email(proven.verified_email()))
        except InvalidEmail as error:  # What is no address is nobody's.
            raise ProviderEmailUnverified from error


async def _require_unknown(tx: ProviderLoginTransaction, email: Email) -> None:
    """Raises SignInToLink."""
    try:
        await tx.users.with_email(email.key)
    except UserNotFound:
        return
    raise SignInToLink
