"""What people lend of themselves: keys of the organisation, and tokens of an application that they
let in or that asks for itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from domain.identity.api_key import GRANTABLE
from domain.shared.permissions import PersonalScope
from entrypoints.container import Container
from entrypoints.http.access import access_to
from tests.http.isolation.cast import Character
from tests.http.oauth_scene import App, an_app
from tests.http.repeating import World

Scopes = frozenset[str]

PERMISSIONS: Scopes = frozenset(one.value for one in GRANTABLE)
OWN: Scopes = frozenset(one.value for one in PersonalScope)
EVERY = PERMISSIONS | OWN


def scopes_of(story: str) -> Scopes:
    """Each of these alone opens it, to whom it can be given."""
    access = access_to(story)
    return frozenset(one.value for one in (access.permission, access.own) if one is not None)


@dataclass(frozen=True)
class Lent:
    """Made when first asked for, and then the same again."""

    app: App
    container: Container
    made: dict[tuple[str, Scopes], Character] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.app.world

    def now(self, world: World, container: Container) -> "Lent":
        """In another test, which adds nothing for those that follow."""
        app = replace(self.app, world=world)
        return replace(self, app=app, container=container, made=dict(self.made))

    async def everybody(self, person: str, scopes: Scopes) -> list[Character]:
        return [
            await self.of_a_person(person, scopes),
            await self.key(scopes),
            await self.itself(scopes),
        ]

    async def key(self, scopes: Scopes) -> Character:
        given = scopes & PERMISSIONS
        if ("key", given) not in self.made:
            path = f"/organizations/{self.world.organization}/api-keys"
            body = {"name": "Till", "scopes": sorted(given)}
            made = await self.world.ask("POST", path, self.world.promoter, body)
            self.made["key", given] = Character("a key", made["secret"])
        key = self.made["key", given]
        # This use is written down; the next one within a minute is not, and recipes let time pass.
        await self.world.ask("GET", "/organizations", key.token)
        await self.container.key_bearers.uses().close()
        return key

    async def of_a_person(self, person: str, scopes: Scopes) -> Character:
        """Let in by somebody who may do it."""
        if (person, scopes) not in self.made:
            tokens = await self.app.tokens(person, " ".join(sorted(scopes)))
            self.made[person, scopes] = Character("an application", str(tokens["access_token"]))
        return self.made[person, scopes]

    async def itself(self, scopes: Scopes) -> Character:
        given = scopes & PERMISSIONS
        if ("itself", given) not in self.made:
            scope = " ".join(sorted(given))
            tokens = (await self.app.ask(grant_type="client_credentials", scope=scope)).json()
            self.made["itself", given] = Character(
                "an application for itself", tokens["access_token"]
            )
        return self.made["itself", given]


async def lend(world: World, container: Container, each: Iterable[Scopes]) -> Lent:
    """By the promoter and the buyer, with each of these scopes and with every one."""
    lent = Lent(await an_app(world, name="Lent", scopes=sorted(EVERY)), container)
    for scopes in (*each, EVERY):
        for person in (world.promoter, world.buyer):
            await lent.everybody(person, scopes)
    return lent
