"""Whether it is still the owner who sits there: asked before how one signs in is changed."""

from dataclasses import dataclass

from application.identity.ports import BeginIdentity, Passwords
from application.shared.actor import Actor, require_session
from application.shared.scope import Scope, person
from domain.identity.errors import InvalidCredentials
from domain.identity.password import normal_form


@dataclass(frozen=True, slots=True)
class OwnerAccess:
    """Let pass whoever signed in a moment ago, or knows the password.

    A try is counted before the password is looked at, so many at once are no more than five. These
    transactions leave the request's key to the one that follows.
    """

    begin: BeginIdentity
    passwords: Passwords

    async def __call__(self, actor: Actor, password: str | None) -> None:
        """Raises FreshSignInNeeded, InvalidCredentials, TooManyCodes."""
        if password is None:
            await self._require_fresh(actor)
            return
        scope = person(actor.user_id, session_id=actor.session_id)
        async with self.begin(scope) as tx:
            user = await tx.users.lock(actor.user_id)
            factor = await tx.second_factors.lock(actor.user_id)
            factor.require_tries(at=tx.now)
            tried_at = tx.now
            factor.note_wrong(at=tried_at)
            await tx.second_factors.keep(factor)
        if not await self.passwords.matches(normal_form(password), user.password_hash):
            raise InvalidCredentials("The password is wrong.")
        async with self.begin(scope) as tx:
            await tx.users.lock(actor.user_id)
            factor = await tx.second_factors.lock(actor.user_id)
            factor.forget_wrong(tried_at)
            await tx.second_factors.keep(factor)

    async def _require_fresh(self, actor: Actor) -> None:
        async with self.begin(person(actor.user_id, session_id=actor.session_id)) as tx:
            (await tx.sessions.lock(actor.session_id)).require_fresh(tx.now)


def in_person(actor: Actor) -> Scope:
    """The scope of whoever signed in themselves. Raises Forbidden to keys that were lent out."""
    require_session(actor)
    return actor.as_person()
