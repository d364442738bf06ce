"""Verified access tokens, remembered for a moment, because checking signatures is dear."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple, TypeAlias
from uuid import UUID

from adapters.tokens.access import AccessTokenSigner, PersonClaims, ScannerClaims
from application.identity.api_key_ports import Bearers
from application.identity.ports import People
from application.shared.actor import Actor, Device
from application.shared.clock import Clock
from domain.identity.errors import InvalidToken
from domain.shared.ids import (
    ApiKeyId,
    GrantId,
    OAuthClientId,
    OrganizationId,
    ScannerId,
    SessionId,
    UserId,
)
from domain.shared.secret_text import SecretKind, kind_of

REMEMBERED_FOR = timedelta(seconds=5)
"""Short, because another process forgets nobody: whoever joined or left an organisation there is
believed here for so long. Once in five seconds costs nothing beside the requests in between."""
REMEMBERED_MAX = 10_000
"""Some 14 MB, and more people than a process can serve while a token is believed."""
NOT_A_PERSON = "This is a scanner's token; people sign in with their own."


class SecretClaims(NamedTuple):
    """What a secret of a key or an application says: nothing, but it may be looked up."""

    kind: SecretKind
    hash: bytes
    expires_at: datetime = datetime.max.replace(tzinfo=UTC)


Claims: TypeAlias = PersonClaims | ScannerClaims | SecretClaims

Devices = Callable[[ScannerId], Awaitable[Device]]
"""The scanner with this id. Raises an Unauthenticated if it may not scan any more."""


async def no_devices(_: ScannerId) -> Device:
    """Where no scanners are known, no scanner's token is. Raises InvalidToken."""
    raise InvalidToken


class _Entry(NamedTuple):
    claims: Claims
    """As verified: a signature does not go bad, only what it stands for does."""
    bearer: Actor | Device
    until: datetime
    owners: tuple[UUID, ...]


class RememberedAccessTokens:
    """Each token's bearer, for at most 5 s and never past its end; the oldest go first."""

    def __init__(
        self,
        signer: AccessTokenSigner,
        people: People,
        devices: Devices,
        clock: Clock,
        entries_max: int = REMEMBERED_MAX,
        bearers: Mapping[SecretKind, Bearers] | None = None,
    ) -> None:
        self._signer = signer
        self._people = people
        self._devices = devices
        self._clock = clock
        self._entries_max = entries_max
        self._bearers = bearers or {}
        self._entries: dict[bytes, _Entry] = {}
        self._by_owner: dict[UUID, tuple[bytes, ...]] = {}  # Mostly one; a set is larger.
        self._forgotten = 0
        self._asked: dict[tuple[bytes, int], asyncio.Task[_Entry]] = {}

    async def actor(self, token: str) -> Actor:
        bearer = await self._bearer(token, refused=ScannerClaims)
        if not isinstance(bearer, Actor):
            raise InvalidToken(NOT_A_PERSON)
        return bearer

    async def bearer(self, token: str) -> Actor | Device:
        return await self._bearer(token)

    async def _bearer(self, token: str, refused: type[Claims] | tuple[()] = ()) -> Actor | Device:
        key = hashlib.sha256(token.encode()).digest()
        entry = self._entries.get(key)
        if entry is not None and self._clock() < entry.until:
            return entry.bearer
        forgotten = self._forgotten
        if entry is not None and self._clock() < entry.claims.expires_at:
            claims = entry.claims
        else:
            kind = kind_of(token)
            claims = self._signer.read(token) if kind is None else SecretClaims(kind, key)
        if isinstance(claims, refused):
            raise InvalidToken(NOT_A_PERSON)
        entry = await self._look_up_once(key, claims)
        # Whoever was forgotten while we looked may have changed after we looked.
        if forgotten == self._forgotten:
            self._remember(key, entry)
        return entry.bearer

    def known(self, token: str) -> tuple[Actor | Device, bool] | None:
        """Whose token it was when it was last looked up, if it has not expired: enough for counting
        requests. And whether that is as good as `bearer`, which then need not look again.
        """
        entry = self._entries.get(hashlib.sha256(token.encode()).digest())
        if entry is None:
            return None
        now = self._clock()
        if now < entry.until:
            return entry.bearer, True
        return (entry.bearer, False) if now < entry.claims.expires_at else None

    def forget_user(self, user_id: UserId) -> None:
        self._forget(user_id)

    def forget_session(self, session_id: SessionId) -> None:
        self._forget(session_id)

    def forget_organization(self, organization_id: OrganizationId) -> None:
        self._forget(organization_id)

    def forget_key(self, key_id: ApiKeyId) -> None:
        self._forget(key_id)

    def forget_grant(self, grant_id: GrantId) -> None:
        self._forget(grant_id)

    def forget_client(self, client_id: OAuthClientId) -> None:
        self._forget(client_id)

    async def _look_up_once(self, key: bytes, claims: Claims) -> _Entry:
        """For all who ask meanwhile, unless somebody was forgotten since it began; it goes on when
        one of them gives up. A request asks twice at once, and its first refusal ends the other:
        that would break off a query, and the connection with it.
        """
        asked = self._asked.get((key, self._forgotten))
        if asked is None:
            asked = asyncio.create_task(self._look_up(claims))
            self._asked[key, self._forgotten] = asked
            asked.add_done_callback(partial(self._looked_up, (key, self._forgotten)))
        try:
            return await asyncio.shield(asked)
        finally:
            del asked  # A refusal names this frame, and the task the refusal: a ring.

    def _looked_up(self, asked: tuple[bytes, int], task: "asyncio.Task[_Entry]") -> None:
        del self._asked[asked]
        if not task.cancelled():
            task.exception()  # Whoever asked may be gone; then nobody else looks at it.

    async def _look_up(self, claims: Claims) -> _Entry:
        until = self._until(claims)
        if isinstance(claims, SecretClaims):
            return await self._look_up_secret(claims, until)
        if isinstance(claims, ScannerClaims):
            device = await self._devices(claims.scanner_id)
            return _Entry(claims, device, until, (claims.scanner_id, device.organization_id))
        person = await self._people.actor(claims.user_id, claims.session_id)
        owners = (claims.user_id, claims.session_id, *person.memberships)
        return _Entry(claims, person, until, owners)

    async def _look_up_secret(self, claims: SecretClaims, until: datetime) -> _Entry:
        bearers = self._bearers.get(claims.kind)
        if bearers is None:
            raise InvalidToken("This secret is no access token.")
        actor, expires_at, owners = await bearers.behind(claims.hash)
        if expires_at is not None:
            until = min(until, expires_at)
        owners = (actor.user_id, actor.session_id, *actor.memberships, *owners)
        return _Entry(claims, actor, until, owners)

    def _until(self, claims: Claims) -> datetime:
        return min(claims.expires_at, self._clock() + REMEMBERED_FOR)

    def _remember(self, key: bytes, entry: _Entry) -> None:
        self._drop(key)
        while len(self._entries) >= self._entries_max:
            self._drop(next(iter(self._entries)))
        self._entries[key] = entry
        for owner in entry.owners:
            self._by_owner[owner] = (*self._by_owner.get(owner, ()), key)

    def _forget(self, owner: UUID) -> None:
        self._forgotten += 1
        for key in self._by_owner.get(owner, ()):
            self._drop(key)

    def _drop(self, key: bytes) -> None:
        entry = self._entries.pop(key, None)
        for owner in entry.owners if entry else ():
            keys = tuple(one for one in self._by_owner.pop(owner, ()) if one != key)
            if keys:
                self._by_owner[owner] = keys
