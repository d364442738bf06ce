"""How the system is, for balancers and people. Needs no sign-in and tells no secrets."""

from litestar import Response, get

from application.shared.health import HealthView, ReportHealth
from entrypoints.http.given import Given


async def _report(report_health: ReportHealth) -> Response[HealthView]:
    view = await report_health()
    return Response(
        view,
        status_code=503 if view.status == "down" else 200,
        headers={"Cache-Control": "no-store"},
    )


@get("/health", operation_id="report_health", summary="Health", tags=["Health"])
async def report_health(report_health: Given[ReportHealth]) -> Response[HealthView]:
    """200 while requests can be served (`ok`, `degraded`), 503 without the database (`down`)."""
    return await _report(report_health)


@get("/health", include_in_schema=False)
async def report_health_at_root(report_health: Given[ReportHealth]) -> Response[HealthView]:
    """The same at the root, where balancers look."""
    return await _report(report_health)
