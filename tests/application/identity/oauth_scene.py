"""An organisation with an application, and somebody who lets it in, on memory."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from adapters.memory.database import MemoryDatabase
from adapters.memory.identity_oauth import MemoryOAuthTransaction
from adapters.system.ids import SystemIds
from adapters.tokens.identity.grant_tokens import SealedGrantTokens
from adapters.tokens.keyring import Keyring
from application.identity.allow_application import AllowApplication, AllowApplicationCommand
from application.identity.issue_token import IssueToken
from application.identity.oauth_ports import (
    Authenticated,
    BeginOAuth,
    IssuedTokens,
    OAuthClientIssued,
    TokenRequest,
)
from application.identity.ports import Client
from application.identity.register_oauth_client import (
    RegisterOauthClient,
    RegisterOauthClientCommand,
)
from application.shared.actor import Actor
from application.shared.scope import SYSTEM
from domain.identity.grant import Grant
from domain.shared.ids import GrantId, OAuthClientId, OrganizationId
from domain.shared.permissions import Role
from domain.shared.secret_text import hash_of_secret
from tests.application.identity.people import Society

ISSUER = "https://tixmo.example"
BACK = "https://app.example/back"
VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
HOME = Client(ip="203.0.113.7", user_agent="Diary/1.0")
TOKENS = SealedGrantTokens(Keyring({1: b"1" * 32}))


class Forgotten:
    """What was forgotten, by id."""

    def __init__(self) -> None:
        self.ids: list[GrantId | OAuthClientId] = []

    def forget_grant(self, grant_id: GrantId) -> None:
        self.ids.append(grant_id)

    def forget_client(self, client_id: OAuthClientId) -> None:
        self.ids.append(client_id)


@dataclass
class OAuthScene:
    society: Society
    begin: BeginOAuth
    owner: Actor
    organization_id: OrganizationId
    forgotten: Forgotten

    @classmethod
    async def opens(cls, memory: MemoryDatabase, society: Society) -> "OAuthScene":
        ada = await society.joins("ada")
        organization_id = await society.founds(ada)
        begin = memory.beginner(MemoryOAuthTransaction)
        return cls(society, begin, await society.actor(ada), organization_id, Forgotten())

    async def member(self, role: Role) -> Actor:
        joined = await self.society.joins("bob")
        await self.society.employs(self.organization_id, joined.user_id, role)
        return await self.society.actor(joined)

    async def register(self, actor: Actor | None = None, **changes: Any) -> OAuthClientIssued:
        facts: dict[str, Any] = {
            "name": "Diary",
            "redirect_uris": [BACK],
            "scopes": ["profile", "events_view"],
        }
        command = RegisterOauthClientCommand(**facts | changes)
        register_oauth_client = RegisterOauthClient(self.begin, SystemIds())
        return await register_oauth_client(actor or self.owner, self.organization_id, command)

    async def sent_back(self, client_id: OAuthClientId, **changes: Any) -> dict[str, list[str]]:
        facts: dict[str, Any] = {
            "client_id": client_id,
            "redirect_uri": BACK,
            "scope": "profile",
            "state": "of-a-browser",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "is_granted": True,
        }
        allow_application = AllowApplication(self.begin, SystemIds(), ISSUER)
        sent = await allow_application(self.owner, AllowApplicationCommand(**facts | changes))
        return parse_qs(urlsplit(sent.redirect_to).query)

    async def code(self, issued: OAuthClientIssued) -> str:
        return (await self.sent_back(issued.client_id))["code"][0]

    async def issue(self, issued: OAuthClientIssued, grant_type: str, **form: Any) -> IssuedTokens:
        client = Authenticated(issued.client_id, issued.secret)
        issue_token = IssueToken(self.begin, SystemIds(), TOKENS, self.forgotten)
        facts: dict[str, Any] = {"sent_from": HOME} | form
        return await issue_token(TokenRequest(grant_type=grant_type, client=client, **facts))

    async def refresh(
        self, issued: OAuthClientIssued, tokens: IssuedTokens, **form: Any
    ) -> IssuedTokens:
        shown = str(tokens.refresh_token)
        return await self.issue(issued, "refresh_token", refresh_token=shown, **form)

    async def tokens(self, issued: OAuthClientIssued) -> IssuedTokens:
        return await self.exchange(issued, await self.code(issued))

    async def exchange(self, issued: OAuthClientIssued, code: str, **changes: Any) -> IssuedTokens:
        form = {"code": code, "redirect_uri": BACK, "code_verifier": VERIFIER} | changes
        return await self.issue(issued, "authorization_code", **form)

    async def grant_of(self, secret: str) -> Grant:
        async with self.begin(SYSTEM) as tx:
            return await tx.grants.lock_by(hash_of_secret(secret))
