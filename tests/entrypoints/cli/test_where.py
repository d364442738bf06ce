"""`tixmo where`: from a verb to its door, story, rule, consequences and proof."""

from pathlib import Path

import pytest

from entrypoints.cli.where import shown, where

TREE = {
    "docs/glossary.md": "To cancel-order is to give the tickets back.\n",
    "tests/application/sales/test_cancel_order.py": "from x import CancelOrder\n",
    "application/subscriptions.py": "SUBSCRIPTIONS = {\n    OrderCancelled: (),\n}\n",
    "domain/sales/order.py": "class Order:\n    def cancel(self): ...\n    def pay(self): ...\n",
    "domain/sales/scan.py": "class Scan:\n    def cancel(self): ...\n",
    "application/sales/cancel_order.py": "class CancelOrder:\n    ...\n",
    "application/messaging/on_order_cancelled.py": "class OnOrderCancelled: ...\n",
    "application/sales/place_orders.py": "class PlaceOrders:\n    ...\n",
    "entrypoints/http/sales/orders.py": '@post(operation_id="cancel_order")\n'
    '@post(operation_id="place_order")\n',
    "entrypoints/wiring/sales.py": "cancel_order = providers.Factory(CancelOrder)\n",
    "entrypoints/http/static/app.js": "cancelOrder()\n",
    ".venv/lib/orders.py": "cancel_order\n",
    "adapters/redis/holds.py": "replace_order = uncancel_order = CancelOrdering\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in TREE.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def files(query: str, root: Path) -> list[str]:
    return list(dict.fromkeys(place.path for place in where(query, root)))


def test_a_verb_leads_from_its_door_to_its_proof(root: Path) -> None:
    found = files("cancel_order", root)

    assert found == [
        "entrypoints/http/sales/orders.py",
        "application/sales/cancel_order.py",
        "domain/sales/order.py",
        "application/messaging/on_order_cancelled.py",
        "application/subscriptions.py",
        "tests/application/sales/test_cancel_order.py",
        "docs/glossary.md",
        "entrypoints/wiring/sales.py",
    ]


@pytest.mark.parametrize(
    "query", ["CancelOrder", "cancel-order", "cancel order", "cancelOrder", "cancel_orders"]
)
def test_every_spelling_asks_the_same(root: Path, query: str) -> None:
    assert where(query, root) == where("cancel_order", root)


def test_the_door_of_one_leads_to_the_story_of_many(root: Path) -> None:
    assert files("place_order", root) == [
        "entrypoints/http/sales/orders.py",
        "application/sales/place_orders.py",
    ]


def test_a_place_says_the_line_and_what_stands_there(root: Path) -> None:
    rule = next(place for place in where("cancel_order", root) if "domain/" in place.path)

    assert rule == ("domain/sales/order.py", 2, "def cancel(self): ...")


def test_other_verbs_are_not_found(root: Path) -> None:
    assert "adapters/redis/holds.py" not in files("cancel_order", root)
    assert files("refund_order", root) == []


def test_an_empty_question_finds_nothing(root: Path) -> None:
    assert where("", root) == []
    assert where(" - ", root) == []


def test_at_most_a_few_lines_of_each_file_are_shown(root: Path) -> None:
    file = root / "domain/sales/order.py"
    file.write_text("# cancel_order\n" * 5, encoding="utf-8")

    said = shown("cancel_order", root, lines_per_file=2)

    assert said.startswith("door          entrypoints/http/sales/orders.py\n")
    assert "import CancelOrder" in said  # The only line of its file.
    assert said.count("# cancel_order") == 2
    assert "… and 3 more" in said


def test_nothing_found_is_said_in_a_sentence(root: Path) -> None:
    assert shown("sing_song", root) == "Nothing speaks of 'sing_song'."
