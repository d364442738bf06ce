"""The doors to scanners, and to what they scan."""

from typing import Annotated

import msgspec
from litestar import Controller, Response, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from application.admission.authenticate_scanner import (
    AuthenticateScanner,
    AuthenticateScannerCommand,
)
from application.admission.messages import RecordScanCommand, ScanAttempt
from application.admission.queries import (
    ScanFilter,
    ScannerQueries,
    ScannerView,
    ScanView,
    seen_by,
)
from application.admission.register_scanner import RegisterScanner, RegisterScannerCommand
from application.admission.revoke_scanner import RevokeScanner
from application.admission.scanner_access import ScannerAccess
from application.admission.views import ScanAnswerView
from application.shared.actor import Actor, Device
from application.shared.coalescer import Coalescer
from application.shared.ids import IdFactory
from application.shared.messages import View
from application.shared.paging import Page, PageRequest
from domain.admission.scan import Result
from domain.shared.ids import ScannerId
from domain.shared.permissions import Permission
from entrypoints.http.given import Given
from entrypoints.http.parameters import ByEvent, ByOrganization


class RegisteredScannerView(ScannerView):
    """A new scanner with its key, which is shown this once."""

    api_key: str


class ScannerTokenView(View):
    """What a scanner works with."""

    access_token: str
    """For the header `Authorization: Bearer ...`."""
    expires_in: int
    """Seconds until the token expires."""


class ScannerController(Controller):
    path = "/scanners"
    tags = ("Scanners",)

    @post("/register", operation_id="register_scanner", summary="Put a scanner into use")
    async def register_scanner(
        self,
        data: JSONBody[RegisterScannerCommand],
        actor: Given[Actor],
        register_scanner: Given[RegisterScanner],
        scanner_queries: Given[ScannerQueries],
    ) -> Response[RegisteredScannerView]:
        """Keep the `apiKey`: it is shown now and never again."""
        registered = await register_scanner(actor, data)
        scope = actor.within(data.organization_id)
        view = await scanner_queries.get_scanner(scope, registered.scanner_id)
        shown = RegisteredScannerView(**msgspec.structs.asdict(view), api_key=registered.api_key)
        return Response(shown, headers={"Location": f"/api/v1/scanners/{view.id}"})

    @post(
        "/auth", status_code=200, operation_id="authenticate_scanner", summary="Sign a scanner in"
    )
    async def authenticate_scanner(
        self,
        data: JSONBody[AuthenticateScannerCommand],
        authenticate_scanner: Given[AuthenticateScanner],
    ) -> Response[ScannerTokenView]:
        token = await authenticate_scanner(data)
        view = ScannerTokenView(access_token=token.token, expires_in=token.expires_in_s)
        return Response(view, headers={"Cache-Control": "no-store"})

    @post("/scan", status_code=200, operation_id="record_scan", summary="Scan a ticket")
    async def record_scan(
        self,
        data: JSONBody[RecordScanCommand],
        door: Given[Actor | Device],
        scan_lane: Given[Coalescer[ScanAttempt, ScanAnswerView]],
        ids: Given[IdFactory],
    ) -> ScanAnswerView:
        """By a scanner, or by a person who may scan. A refused ticket is an answer too."""
        return await scan_lane(ScanAttempt(door=door, said=data, scan_id=ids.new()))

    @post(
        "/{scanner_id:uuid}/scan",
        status_code=200,
        operation_id="record_scan__alias_1",
        summary="Scan a ticket",
        deprecated=True,
    )
    async def record_scan__alias_1(
        self,
        scanner_id: FromPath[ScannerId],
        data: JSONBody[RecordScanCommand],
        door: Given[Actor | Device],
        scan_lane: Given[Coalescer[ScanAttempt, ScanAnswerView]],
        ids: Given[IdFactory],
    ) -> ScanAnswerView:
        """The same, at this scanner."""
        return await scan_lane(
            ScanAttempt(door=door, said=data, scanner_id=scanner_id, scan_id=ids.new())
        )

    @get(operation_id="list_scanners", summary="List scanners")
    async def list_scanners(
        self,
        actor: Given[Actor],
        scanner_queries: Given[ScannerQueries],
        page: Given[PageRequest],
        organization_id: ByOrganization = None,
    ) -> Page[ScannerView]:
        """Of one organisation, or of all in which you may see them; newest first."""
        return await scanner_queries.list_scanners(seen_by(actor, organization_id), page)

    @get("/logs", operation_id="list_scans", summary="List scans")
    async def list_scans(
        self,
        actor: Given[Actor],
        scanner_queries: Given[ScannerQueries],
        page: Given[PageRequest],
        organization_id: ByOrganization = None,
        event_id: ByEvent = None,
        scanner_id: Annotated[ScannerId | None, QueryParameter(name="scannerId")] = None,
        result: FromQuery[Result | None] = None,
    ) -> Page[ScanView]:
        """Accepted and refused ones, newest first."""
        where = ScanFilter(event_id=event_id, scanner_id=scanner_id, result=result)
        return await scanner_queries.list_scans(seen_by(actor, organization_id), where, page)

    @get("/{scanner_id:uuid}", operation_id="get_scanner", summary="Show a scanner")
    async def get_scanner(
        self,
        scanner_id: FromPath[ScannerId],
        actor: Given[Actor],
        scanner_access: Given[ScannerAccess],
        scanner_queries: Given[ScannerQueries],
    ) -> ScannerView:
        organization_id = await scanner_access(actor, Permission.SCANS_VIEW, scanner_id)
        return await scanner_queries.get_scanner(actor.within(organization_id), scanner_id)

    @delete("/{scanner_id:uuid}", operation_id="revoke_scanner", summary="Take out of use")
    async def revoke_scanner(
        self,
        scanner_id: FromPath[ScannerId],
        actor: Given[Actor],
        revoke_scanner: Given[RevokeScanner],
    ) -> None:
        await revoke_scanner(actor, scanner_id)


@post(
    "/scanner/validate",
    status_code=200,
    operation_id="record_scan__alias_2",
    summary="Scan a ticket",
    tags=["Admission"],
    deprecated=True,
)
async def record_scan__alias_2(
    data: JSONBody[RecordScanCommand],
    door: Given[Actor | Device],
    scan_lane: Given[Coalescer[ScanAttempt, ScanAnswerView]],
    ids: Given[IdFactory],
) -> ScanAnswerView:
    """The same, under the name that the first clients knew."""
    return await scan_lane(ScanAttempt(door=door, said=data, scan_id=ids.new()))
