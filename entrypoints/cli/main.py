"""`tixmo`: every way to run the product. What is heavy is imported inside the commands."""

import sys

import rich_click as click

from domain.shared.errors import DomainError
from entrypoints.cli.refusal import Refusal


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Tixmo sells and checks tickets. Settings are TIXMO_* environment variables."""


@cli.command()
@click.option("--workers", default=1, show_default=True, help="API processes; one per core.")
def serve(workers: int) -> None:
    """Serve the HTTP API."""
    from entrypoints.cli.serve import serve as run

    run(workers)


@cli.command()
def worker() -> None:
    """Do the jobs: deliveries, expiry, reconciliation."""
    from entrypoints.cli.work import work

    work()


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from adapters.postgres.migrations.migrate import migrate as run
    from entrypoints.cli.given import given_settings

    settings = given_settings()
    click.echo(
        f"The database is at revision {run(settings.owner_database_url or settings.database_url)}."
    )


@cli.command()
def seed() -> None:
    """Fill the database with the demo world; safe to repeat."""
    from entrypoints.cli.seed import seed as run

    run()


@cli.group(invoke_without_command=True)
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check settings, database, cache, queue and mail; exit 1 if something is wrong."""
    if context.invoked_subcommand is not None:
        return
    from entrypoints.cli.doctor import doctor as run

    sys.exit(run())


@doctor.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--repair", is_flag=True, help="Set the counters to what orders add up to.")
@click.option("--because", help="Why; recorded with each repair.")
def stock(as_json: bool, repair: bool, because: str | None) -> None:
    """Compare every counter with its history and its orders; exit 1 if one differs."""
    from entrypoints.cli.doctor_stock import doctor_stock as run

    if repair and not because:
        raise click.UsageError("--repair needs --because '...': the reason is recorded.")
    sys.exit(run(as_json=as_json, repair=repair, because=because))


@doctor.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def invariants(as_json: bool) -> None:
    """Ask for everything that must never be; exit 1 if something is."""
    from entrypoints.cli.doctor_invariants import doctor_invariants as run

    sys.exit(run(as_json=as_json))


@cli.command()
@click.argument("query")
def where(query: str) -> None:
    """Every file that speaks of a verb or a name: `tixmo where cancel_order`."""
    from pathlib import Path

    from entrypoints.cli.where import shown

    click.echo(shown(query, Path(__file__).parents[2]))


@cli.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the file is out of date.")
def openapi(check: bool) -> None:
    """Write openapi.json from the routes."""
    from entrypoints.cli.openapi import openapi as run

    sys.exit(run(check=check))


@cli.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the page is out of date.")
def permissions(check: bool) -> None:
    """Write docs/permissions.md from the table of who may call what."""
    from entrypoints.cli.permissions import permissions as run

    sys.exit(run(check=check))


@cli.command()
def demo() -> None:
    """The whole product on this machine, with its own PostgreSQL and Valkey and a seeded world."""
    from entrypoints.cli.demo import demo as run

    sys.exit(run())


def main() -> None:
    """Refusals are printed as lines, without a traceback."""
    try:
        cli(standalone_mode=True)
    except Refusal as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(refusal.exit_code)
    except DomainError as refusal:  # The database cannot be reached, above all.
        click.echo(refusal.detail, err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(f"{error.strerror or error}: {error.filename or 'a connection'}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
