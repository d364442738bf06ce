"""An application, the person who lets it in, and the steps between them."""

import base64
import hashlib
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.http.repeating import World
from tests.http.test_the_first_sale import Client

Json = dict[str, Any]
BACK = "https://app.example/back?from=tixmo"
VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
SCOPES = ["profile", "orders_read", "tickets_read", "events_view", "events_edit"]


@dataclass
class App:
    world: World
    facts: Json = field(default_factory=dict)
    agent: str = "Diary/1.0"

    def elsewhere(self, client: Client, agent: str = "") -> "App":
        """The same application, at another process or as another program."""
        world = replace(self.world, client=client)
        return replace(self, world=world, agent=agent or self.agent)

    @property
    def id(self) -> str:
        return str(self.facts["id"])

    @property
    def secret(self) -> str:
        return str(self.facts.get("secret", ""))

    def wish(self, scope: str = "profile orders_read", **changes: Any) -> Json:
        asked = {
            "clientId": self.id,
            "redirectUri": BACK,
            "scope": scope,
            "state": "state-of-a-browser",
            "codeChallenge": CHALLENGE,
            "codeChallengeMethod": "S256",
            "isGranted": True,
        }
        return {name: value for name, value in (asked | changes).items() if value is not None}

    async def consent(self, token: str, scope: str = "profile orders_read", **changes: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        return await self.world.client.post(
            "/api/v1/oauth/authorize", json=self.wish(scope, **changes), headers=headers
        )

    async def code(self, token: str, scope: str = "profile orders_read") -> str:
        answer = await self.consent(token, scope)
        assert answer.status_code == 200, answer.text
        return parse_qs(urlsplit(str(answer.json()["redirectTo"])).query)["code"][0]

    def proven(self, form: dict[str, str]) -> dict[str, str]:
        return {"client_id": self.id, "client_secret": self.secret} | form

    async def ask(self, path: str = "token", **form: str) -> Any:
        """As a confidential client with its secret in the form; `client_id=""` leaves it out."""
        sent = {name: value for name, value in self.proven(form).items() if value}
        headers = {"User-Agent": self.agent}
        return await self.world.client.post(f"/api/v1/oauth/{path}", data=sent, headers=headers)

    async def exchange(self, code: str, **changes: str) -> Any:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
        }
        return await self.ask(**form | changes)

    async def refresh(self, refresh_token: str, **changes: str) -> Any:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return await self.ask(**form | changes)

    async def tokens(self, token: str, scope: str = "profile orders_read") -> Json:
        answer = await self.exchange(await self.code(token, scope))
        assert answer.status_code == 200, answer.text
        tokens: Json = answer.json()
        return tokens

    async def get(self, path: str, token: str) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        return await self.world.client.get(f"/api/v1{path}", headers=headers)


async def an_app(world: World, **changes: Any) -> App:
    body = {"name": "Diary", "redirectUris": [BACK], "scopes": SCOPES} | changes
    path = f"/organizations/{world.organization}/oauth-clients"
    return App(world, await world.ask("POST", path, world.promoter, body))
