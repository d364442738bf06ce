"""Admission, put together."""

from dependency_injector import containers, providers

from adapters.postgres.admission.queries import PostgresDoors, PostgresScannerQueries
from adapters.postgres.admission.store import PostgresAdmissionTransaction
from application.admission.authenticate_scanner import AuthenticateScanner
from application.admission.record_scans import RecordScans
from application.admission.register_scanner import RegisterScanner
from application.admission.revoke_scanner import RevokeScanner
from application.admission.scan_gates import ScanGates
from application.admission.scanner_access import ScannerAccess
from application.shared.coalescer import Coalescer
from application.shared.retrying import retrying


class Admission(containers.DeclarativeContainer):
    core = providers.DependenciesContainer()

    begin = core.database.provided.beginner.call(PostgresAdmissionTransaction)
    _doors = providers.Singleton(PostgresDoors, core.database)
    devices = _doors.provided.device
    """What identity asks when a scanner's token comes in."""
    _gates = providers.Singleton(ScanGates, scanners=_doors, events=_doors)
    scanner_queries = providers.Singleton(PostgresScannerQueries, core.database)
    scanner_access = providers.Factory(ScannerAccess, scanner_queries)

    register_scanner = providers.Factory(RegisterScanner, begin=begin, ids=core.ids)
    authenticate_scanner = providers.Factory(
        retrying,
        providers.Factory(
            AuthenticateScanner, begin=begin, scanners=scanner_queries, tokens=core.token_signer
        ),
    )
    revoke_scanner = providers.Factory(
        retrying, providers.Factory(RevokeScanner, begin=begin, access=scanner_access)
    )
    _record_scans = providers.Factory(
        RecordScans,
        begin=begin,
        opener=core.ticket_seal,
        gates=_gates,
        ids=core.ids,
        clock=core.clock,
    )
    record_scans = providers.Factory(retrying, _record_scans)
    scan_lane = providers.Singleton(
        Coalescer,
        serve=record_scans,
        again=providers.Factory(retrying, _record_scans.provided.again),
    )
