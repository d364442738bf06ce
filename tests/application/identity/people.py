"""People and organisations that tests begin with, made through the use cases."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from adapters.tokens.remembered import RememberedAccessTokens
from application.identity.create_organization import CreateOrganization, CreateOrganizationCommand
from application.identity.log_in import LogIn, LogInCommand
from application.identity.ports import (
    BeginIdentity,
    Client,
    IdentityTransaction,
    SecondStep,
    SignedIn,
)
from application.identity.register_user import RegisterUser, RegisterUserCommand
from application.shared.actor import Actor
from application.shared.scope import PUBLIC, organizations
from domain.identity.organization import OrganizationType
from domain.identity.user import User
from domain.shared.ids import EventId, OrganizationId, UserId
from domain.shared.permissions import Role

PASSWORD = "Password123!"
PHONE = Client(ip="192.0.2.7", user_agent="Opera")


def in_session(end: SignedIn | SecondStep) -> SignedIn:
    """Of a sign-in that asked for nothing more."""
    assert isinstance(end, SignedIn)
    return end


@dataclass
class Society:
    begin: BeginIdentity
    register_user: RegisterUser
    create_organization: CreateOrganization
    tokens: RememberedAccessTokens
    log_in: LogIn

    async def joins(self, name: str, *, is_verified: bool = True) -> SignedIn:
        """Somebody registers as name@example.com, and shows that it is theirs."""
        command = RegisterUserCommand(
            email=f"{name}@example.com", password=PASSWORD, first_name=name, last_name="Byron"
        )
        signed_in = await self.register_user(command, PHONE)
        if is_verified:
            async with self.begin(PUBLIC) as tx:
                user = await tx.users.get(signed_in.user_id)
                user.verify_email(user.email, at=tx.now)
                await tx.users.save(user)
        return signed_in

    async def actor(self, signed_in: SignedIn) -> Actor:
        """As every door would see the bearer of this token now."""
        return await self.tokens.actor(signed_in.access.token)

    async def founds(self, signed_in: SignedIn, name: str = "Rock") -> OrganizationId:
        command = CreateOrganizationCommand(name=name, type=OrganizationType.PROMOTER)
        return await self.create_organization(await self.actor(signed_in), command)

    async def roles(self, organization_id: OrganizationId) -> dict[UserId, Role]:
        async with self.begin(PUBLIC) as tx:
            team = await tx.teams.lock(organization_id)
        return {user_id: member.role for user_id, member in team.members.items()}

    async def user(self, user_id: UserId) -> User:
        async with self.begin(PUBLIC) as tx:
            return await tx.users.get(user_id)

    async def disable(self, user_id: UserId) -> None:
        async with self.begin(PUBLIC) as tx:
            user = await tx.users.get(user_id)
            user.is_active = False
            await tx.users.save(user)

    async def logs_in(self, name: str) -> SignedIn:
        """Comes back after some time."""
        command = LogInCommand(email=f"{name}@example.com", password=PASSWORD)
        return in_session(await self.log_in(command, PHONE))

    def begin_of(
        self, organization_id: OrganizationId
    ) -> AbstractAsyncContextManager[IdentityTransaction]:
        return self.begin(organizations([organization_id]))

    async def promote(self, user_id: UserId) -> None:
        """Somebody runs the platform from now on."""
        async with self.begin(PUBLIC) as tx:
            user = await tx.users.get(user_id)
            user.become_platform_admin(at=tx.now)
            await tx.users.save(user)
        self.tokens.forget_user(user_id)

    async def employs(
        self,
        organization_id: OrganizationId,
        user_id: UserId,
        role: Role,
        event_ids: tuple[EventId, ...] | None = None,
    ) -> None:
        """Somebody works there already, however they came in."""
        async with self.begin(PUBLIC) as tx:
            team = await tx.teams.lock(organization_id)
            await tx.teams.add(
                team.add(user_id, role, by=Role.OWNER, at=tx.now, event_ids=event_ids)
            )
        self.tokens.forget_user(user_id)
