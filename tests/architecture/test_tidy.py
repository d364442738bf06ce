"""The rules of the house hold, and each has been seen to catch what it is for."""

import pytest

from tests.architecture import samples
from tests.architecture.rules import purity, sizes, stories, transactions, words
from tests.architecture.rules.violation import EVERYTHING, ROOT, Source, report, sources

VERBS = stories.verbs_of(
    [
        Source("application/sales/cancel_order.py", ""),
        Source("application/sales/place_orders.py", ""),
        Source("application/admission/count_entries.py", ""),
        Source("application/sales/queries.py", samples.QUERIES),
        Source("application/sales/ports.py", ""),
    ]
)


def cases(bad: dict[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("bad", list(bad.values()), ids=list(bad))


class TestTransactions:
    def test_only_the_transaction_is_awaited_inside_it(self) -> None:
        found = [
            violation
            for path, text in sources("application", "adapters/bridges")
            for violation in transactions.awaits_in_transactions(text, path)
        ]

        assert not found, report(found)

    @cases(samples.AWAITS_ELSEWHERE)
    def test_anything_else_is_caught(self, bad: str) -> None:
        assert transactions.awaits_in_transactions(bad, "application/sales/pay.py")

    def test_the_transaction_and_its_steps_are_not(self) -> None:
        good = samples.AWAITS_THE_TRANSACTION

        assert transactions.awaits_in_transactions(good, "application/sales/pay.py") == []


class TestPurity:
    def test_the_domain_only_calculates(self) -> None:
        found = [v for path, text in sources("domain") for v in purity.impurities(text, path)]

        assert not found, report(found)

    @cases(samples.IMPURE)
    def test_the_outside_world_is_caught(self, bad: str) -> None:
        assert purity.impurities(bad, "domain/sales/order.py")

    def test_calculations_are_not(self) -> None:
        assert purity.impurities(samples.PURE, "domain/sales/order.py") == []


class TestStories:
    def test_every_use_case_is_named_like_its_file(self) -> None:
        found = [
            violation
            for path, text in sources("application")
            for violation in stories.misnamed_stories(text, path)
        ]

        assert not found, report(found)

    @cases(samples.MISNAMED)
    def test_another_name_is_caught(self, bad: str) -> None:
        assert stories.misnamed_stories(bad, samples.CANCEL_ORDER)

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            (samples.CANCEL_ORDER, samples.WELL_NAMED),
            ("application/sales/ports.py", ""),
            ("application/shared/paging.py", ""),
            ("application/catalogue/event_access.py", ""),
            ("application/subscriptions.py", ""),
        ],
    )
    def test_the_right_name_is_not(self, path: str, text: str) -> None:
        assert stories.misnamed_stories(text, path) == []

    def test_every_use_case_has_its_mirror_test(self) -> None:
        found = stories.untested_stories(
            source.path for source in sources("application", "tests/application")
        )

        assert not found, report(found)

    def test_a_missing_mirror_is_caught(self) -> None:
        elsewhere = "tests/application/payments/test_cancel_order.py"

        assert stories.untested_stories([samples.CANCEL_ORDER, elsewhere])

    def test_a_mirror_in_its_place_is_not(self) -> None:
        mirror = "tests/application/sales/test_cancel_order.py"

        assert stories.untested_stories([samples.CANCEL_ORDER, mirror]) == []


class TestDoors:
    def test_every_door_is_named_like_its_story(self) -> None:
        verbs = stories.verbs_of(sources("application"))
        found = [
            violation
            for path, text in sources("entrypoints/http")
            for violation in stories.unknown_doors(text, path, verbs)
        ]

        assert not found, report(found)

    @cases(samples.UNKNOWN_DOORS)
    def test_a_door_to_nowhere_is_caught(self, bad: str) -> None:
        text = f"{bad}\ndef door(): ...\n"

        assert stories.unknown_doors(text, "entrypoints/http/sales/orders.py", VERBS)

    @pytest.mark.parametrize("operation", samples.KNOWN_DOORS)
    def test_a_door_to_a_story_is_not(self, operation: str) -> None:
        text = f"@post('/x', operation_id={operation!r})\ndef door(): ...\n"

        assert stories.unknown_doors(text, "entrypoints/http/sales/orders.py", VERBS) == []


class TestSizes:
    def test_everything_fits(self) -> None:
        found = [v for path, text in sources(*EVERYTHING) for v in sizes.oversized(text, path)]

        assert not found, report(found)

    @cases(samples.OVERSIZED)
    def test_what_is_too_long_is_caught(self, bad: str) -> None:
        assert sizes.oversized(bad, "domain/sales/order.py")

    def test_what_just_fits_is_not(self) -> None:
        assert sizes.oversized(samples.FITTING, "domain/sales/order.py") == []


class TestMocks:
    def test_rules_are_tested_without_mocks(self) -> None:
        found = [
            violation
            for path, text in sources("tests/domain", "tests/application")
            for violation in words.mocks(text, path)
        ]

        assert not found, report(found)

    @cases(samples.MOCKED)
    def test_a_mock_is_caught(self, bad: str) -> None:
        assert words.mocks(bad, "tests/domain/sales/test_order.py")

    def test_the_word_is_not(self) -> None:
        assert words.mocks("import unittest\nmock = 'unittest.mock'", "tests/domain/a.py") == []


class TestNames:
    def test_every_file_is_named_for_what_is_in_it(self) -> None:
        found = [v for source in sources(*EVERYTHING) for v in words.shapeless_names(source.path)]

        assert not found, report(found)

    @pytest.mark.parametrize("path", samples.SHAPELESS)
    def test_a_shapeless_name_is_caught(self, path: str) -> None:
        assert words.shapeless_names(path)

    def test_a_name_that_says_something_is_not(self) -> None:
        assert words.shapeless_names("application/sales/place_orders.py") == []


class TestIndexes:
    def test_no_file_says_where_packages_come_from(self) -> None:
        locks = [Source(file.name, file.read_text("utf-8")) for file in ROOT.glob("*.lock")]
        project = [Source(name, (ROOT / name).read_text("utf-8")) for name in ("pyproject.toml",)]
        found = [
            violation
            for path, text in [*sources(*EVERYTHING), *locks, *project]
            for violation in words.index_addresses(text, path)
        ]

        assert locks
        assert not found, report(found)

    @pytest.mark.parametrize(
        "parts",
        [
            ("https://PY", "PI.org/simple"),
            ("https://files.python", "hosted.org/x.whl"),
            ("--index", "-url https://mirror.example/simple"),
            ("--extra-index", "-url=https://mirror.example"),
        ],
    )
    def test_an_address_is_caught(self, parts: tuple[str, str]) -> None:
        assert words.index_addresses("".join(parts), "requirements.lock")

    def test_a_hash_is_not(self) -> None:
        assert words.index_addresses("alembic==1 --hash=sha256:00", "requirements.lock") == []


class TestDatabaseClocks:
    def test_business_sql_is_told_the_time(self) -> None:
        found = [
            violation
            for path, text in sources("adapters/postgres", "adapters/jobs")
            if not path.startswith("adapters/postgres/migrations/")
            for violation in words.database_clocks(text, path)
        ]

        assert not found, report(found)

    @cases(samples.TELLING_THE_TIME)
    def test_sql_that_asks_the_clock_is_caught(self, bad: str) -> None:
        assert words.database_clocks(bad, "adapters/postgres/sales/store.py")

    def test_sql_that_is_told_the_time_is_not(self) -> None:
        good = samples.TOLD_THE_TIME

        assert words.database_clocks(good, "adapters/postgres/sales/store.py") == []

    def test_the_transaction_itself_may_read_the_clock(self) -> None:
        text = "_OPEN = 'select clock_timestamp()'"

        assert words.database_clocks(text, "adapters/postgres/transaction.py") == []
        assert words.database_clocks(text, "adapters/postgres/sales/store.py")
