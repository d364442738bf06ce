"""People, and the organisations they work for."""

import random

import msgspec

from application.admission.register_scanner import RegisterScannerCommand
from application.identity.add_member import AddMemberCommand
from application.identity.create_organization import CreateOrganizationCommand
from application.identity.ports import Client
from application.identity.register_user import RegisterUserCommand
from application.shared import scope
from application.shared.actor import Actor
from domain.shared.permissions import Role
from entrypoints.container import Container
from seeding.data.people import PASSWORD
from seeding.data.shapes import Organizer, Person
from seeding.known import Known
from seeding.report import ScannerKey
from seeding.timeline import SEED


class Cast:
    """Opens accounts and founds organisations. Raises EmailTaken."""

    def __init__(self, container: Container, known: Known) -> None:
        self._container = container
        self._known = known
        self._random = random.Random(SEED)

    async def register(self, person: Person) -> None:
        signed_in = await self._container.identity.register_user()(
            RegisterUserCommand(
                email=person.email,
                password=PASSWORD,
                first_name=person.first_name,
                last_name=person.last_name,
                phone=f"212-555-01{self._random.randrange(100):02}",  # Numbers that nobody has.
            ),
            Client(user_agent="tixmo seed"),
        )
        async with self._container.identity.begin()(scope.person(signed_in.user_id)) as tx:
            user = await tx.users.lock(signed_in.user_id)
            user.verify_email(user.email, at=tx.now)  # They may invite, as far as they are real.
            await tx.users.save(user)
        if person.is_platform_admin:
            await self._container.identity.grant_platform_admin()(signed_in.user_id)
        self._known.actors[person.email] = Actor(
            user_id=signed_in.user_id,
            session_id=signed_in.session_id,
            email=person.email,
            name=f"{person.first_name} {person.last_name}",
            is_platform_admin=person.is_platform_admin,
        )
        self._known.counts["users"] += 1

    async def found(self, organizer: Organizer) -> None:
        """The organisation with its people and its scanners."""
        owner = self._known.actors[organizer.owner]
        said = {
            "name": organizer.name,
            "type": organizer.type,
            "settings": {
                "defaultCurrency": "USD",
                "serviceFeePercentage": organizer.fee_percent,
                "serviceFeeFixed": organizer.fee_fixed,
            },
        }
        organization_id = await self._container.identity.create_organization()(
            owner, msgspec.convert(said, CreateOrganizationCommand)
        )
        self._known.organizations[organizer.name] = organization_id
        self._known.owners[organizer.name] = organizer.owner
        self._known.employ(organizer.owner, organizer.name, Role.OWNER)
        self._known.counts["organisations"] += 1
        for email in organizer.door_staff:
            await self._container.identity.add_member()(
                self._known.operator,
                organization_id,
                AddMemberCommand(role=Role.SCANNER, user_id=self._known.actors[email].user_id),
            )
            self._known.employ(email, organizer.name, Role.SCANNER)
        for scanner in organizer.scanners:
            await self._equip(organizer.name, scanner)

    async def _equip(self, organization: str, scanner: str) -> None:
        registered = await self._container.admission.register_scanner()(
            self._known.owner_of(organization),
            RegisterScannerCommand(
                organization_id=self._known.organizations[organization], name=scanner
            ),
        )
        self._known.scanners.setdefault(organization, []).append(registered.scanner_id)
        key = ScannerKey(organization, scanner, registered.api_key)
        self._known.scanner_keys.append(key)
        self._known.counts["scanners"] += 1

    async def leave(self) -> None:
        """End the sessions in which all this was done: nobody has their tokens."""
        for actor in self._known.actors.values():
            await self._container.identity.log_out()(actor)
