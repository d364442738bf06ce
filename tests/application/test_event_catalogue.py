"""Every domain event survives its JSON, under a name of its own."""

from datetime import UTC
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from application.event_catalogue import CATALOGUE, name_of, payload_of, revive
from application.subscriptions import SUBSCRIPTIONS
from domain.shared.aggregate import DomainEvent

_instants = st.datetimes(timezones=st.just(UTC))


def _value_of(field: str) -> st.SearchStrategy[Any]:
    if field.endswith("_at"):
        return _instants
    return st.uuids() if "_id" in field else st.text()


def _any_event() -> st.SearchStrategy[DomainEvent]:
    return st.sampled_from(sorted(CATALOGUE)).flatmap(
        lambda name: st.builds(
            CATALOGUE[name],
            at=_instants,
            **{
                field: _value_of(field)
                for field in CATALOGUE[name].__dataclass_fields__
                if field != "at"
            },
        )
    )


@given(_any_event())
def test_an_event_comes_back_from_the_log_equal(event: Any) -> None:
    stored = msgspec.json.decode(payload_of(event))

    assert revive(name_of(event), stored) == event


def test_names_are_versioned_and_lead_back_to_one_class() -> None:
    assert all(name.rpartition(".v")[2].isdigit() for name in CATALOGUE)
    assert len(set(CATALOGUE.values())) == len(CATALOGUE)


def test_only_events_with_a_name_have_subscribers() -> None:
    assert set(SUBSCRIPTIONS) <= set(CATALOGUE.values())
