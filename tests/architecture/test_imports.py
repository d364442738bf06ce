"""The import contracts hold, and each of them has been seen to fail."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from importlinter.api import read_configuration

from tests.architecture.rules.violation import PRODUCT, ROOT

CONFIGURATION = ROOT / ".importlinter"
CONTRACTS = read_configuration(str(CONFIGURATION))["contracts_options"]
CONTEXTS = [c["id"].removeprefix("private-") for c in CONTRACTS if c["type"] == "protected"]

_LINT = "from importlinter.cli import lint_imports_command as lint; lint()"
_VERDICT = re.compile(r"^(?P<name>.+?) (?P<verdict>KEPT|BROKEN)\b", re.MULTILINE)

# One module each, and the import that it must not have.
PLANTED = {
    "inwards": ("application/sales/pay.py", "import adapters.postgres.engine"),
    "contexts": ("application/sales/peek.py", "import application.payments.refund_payment"),
    "domain-stdlib": ("domain/pricing/rule.py", "import msgspec"),
    "application-msgspec": ("application/pricing/quote.py", "import sqlalchemy.ext.asyncio"),
    "technologies": ("adapters/redis/holds.py", "import adapters.postgres.engine"),
    "copies-decide-nothing": (
        "adapters/postgres/sales/guess.py",
        "import application.catalogue.public_events",
    ),
    "product-and-tests": ("seeding/festival.py", "import tests.builders"),
} | {
    f"private-{context}": (
        f"adapters/postgres/{'sales' if context != 'sales' else 'payments'}/{context}_peek.py",
        f"import domain.{context}.secret",
    )
    for context in CONTEXTS
}

# What looks alike and is allowed.
ALLOWED = {
    "adapters/postgres/sales/store.py": "import domain.sales.order\nimport domain.payments.events",
    "adapters/bridges/prices.py": "import domain.pricing.rule\nimport application.sales.ports",
    "adapters/postgres/payments/store.py": "import domain.sales.errors\nimport sqlalchemy",
    "adapters/postgres/transaction.py": "import application.shared.clock",
    "adapters/jobs/delivery.py": "import adapters.postgres.transaction",
    "application/messaging/on_order_paid.py": "import domain.sales.events\nimport msgspec",
    "application/subscriptions.py": "import application.messaging.on_order_paid",
    "entrypoints/cli/seed.py": "import seeding.worlds",
    "entrypoints/wiring/sales.py": "import domain.sales.order\nimport adapters.postgres.engine",
    "seeding/worlds.py": "import entrypoints.container\nimport domain.sales.errors",
    "entrypoints/container.py": "import adapters.postgres.engine",
}


def skeleton(root: Path, modules: dict[str, str]) -> Path:
    """A house with every context in every layer, empty rooms but for the modules given."""
    rooms = {f"domain/{context}/{name}.py" for context in CONTEXTS for name in ("events", "errors")}
    rooms |= {f"domain/{context}/secret.py" for context in CONTEXTS}
    rooms |= {f"application/{context}/ports.py" for context in CONTEXTS}
    rooms |= {"domain/sales/order.py", "domain/pricing/rule.py", "domain/shared/ids.py"}
    rooms |= {"application/shared/clock.py", "application/payments/refund_payment.py"}
    rooms |= {"application/shared/fresh_copies.py", "application/catalogue/public_events.py"}
    rooms |= {"adapters/postgres/engine.py", "entrypoints/container.py", "seeding/worlds.py"}
    for module in rooms | modules.keys():
        file = root / module
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(modules.get(module, "") + "\n", encoding="utf-8")
        for folder in file.relative_to(root).parents[:-1]:
            (root / folder / "__init__.py").touch()
    return root


def verdicts(root: Path) -> tuple[dict[str, str], str]:
    """What lint-imports says of each contract about the packages below `root`, and all it says."""
    ran = subprocess.run(
        [sys.executable, "-c", _LINT, "--config", str(CONFIGURATION), "--no-cache", "--no-logo"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = ran.stdout + ran.stderr
    by_name = {match["name"]: match["verdict"] for match in _VERDICT.finditer(ran.stdout)}
    return {c["id"]: by_name.get(c["name"], "SILENT") for c in CONTRACTS}, said


@pytest.fixture(scope="module")
def broken_house(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], str]:
    modules = ALLOWED | dict(PLANTED.values())
    return verdicts(skeleton(tmp_path_factory.mktemp("broken"), modules))


def test_the_tree_keeps_every_contract() -> None:
    found, said = verdicts(ROOT)

    assert set(found.values()) == {"KEPT"}, said


def test_what_looks_alike_and_is_allowed_breaks_nothing(tmp_path: Path) -> None:
    house = skeleton(tmp_path, ALLOWED)

    found, said = verdicts(house)

    assert set(found.values()) == {"KEPT"}, said


@pytest.mark.parametrize("contract", [c["id"] for c in CONTRACTS])
def test_a_planted_import_breaks_its_contract(
    contract: str, broken_house: tuple[dict[str, str], str]
) -> None:
    path, _ = PLANTED[contract]
    importer = path.removesuffix(".py").replace("/", ".")

    found, said = broken_house

    assert found[contract] == "BROKEN", said
    assert importer in said


def test_a_package_that_is_nobodys_context_is_refused(tmp_path: Path) -> None:
    house = skeleton(tmp_path, {"application/karaoke/sing.py": ""})

    found, said = verdicts(house)

    assert found["contexts"] == "BROKEN"
    assert "application.karaoke" in said


def test_a_context_sees_no_more_of_another_than_its_events(tmp_path: Path) -> None:
    house = skeleton(tmp_path, {"application/sales/peek.py": "import domain.payments.errors"})

    found, _ = verdicts(house)

    assert found["private-payments"] == "BROKEN"


def test_every_dependency_of_the_product_is_kept_out_of_the_inner_layers() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = project["dependencies"] + project["optional-dependencies"]["demo"]
    distributions = {_normal(re.split(r"[\[<>=~! ]", line)[0]) for line in needed}

    modules = {
        module
        for module, owners in packages_distributions().items()
        if distributions & {_normal(owner) for owner in owners} and not _is_metadata(module)
    }

    by_id = {contract["id"]: contract for contract in CONTRACTS}
    assert modules - set(by_id["domain-stdlib"]["forbidden_modules"]) == set()
    assert modules - {"msgspec"} - set(by_id["application-msgspec"]["forbidden_modules"]) == set()
    assert len(modules) >= len(distributions)


def test_the_contracts_look_at_all_of_the_product() -> None:
    roots = read_configuration(str(CONFIGURATION))["session_options"]["root_packages"]

    assert tuple(roots) == PRODUCT


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_metadata(module: str) -> bool:
    return module.startswith("_") or not module.isidentifier()
