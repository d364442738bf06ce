from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity.errors import InvalidServiceFee
from domain.identity.organization import OrganizationSettings, OrganizationType
from domain.shared.money import InvalidAmount, UnknownCurrency


@pytest.mark.parametrize("percent", ["-0.01", "100.01", "2.505", "NaN", "Infinity", "1e999999999"])
def test_a_percentage_is_0_to_100_with_two_places(percent: str) -> None:
    with pytest.raises(InvalidServiceFee):
        OrganizationSettings(service_fee_percent=Decimal(percent))


@pytest.mark.parametrize("fixed", ["-0.01", "NaN", "Infinity", "1e999999999", "1000000001"])
def test_a_fixed_fee_is_zero_or_more_and_bounded(fixed: str) -> None:
    with pytest.raises(InvalidServiceFee):
        OrganizationSettings(service_fee_fixed=Decimal(fixed))


def test_a_fixed_fee_has_the_places_of_its_currency() -> None:
    with pytest.raises(InvalidAmount):
        OrganizationSettings(default_currency="JPY", service_fee_fixed=Decimal("0.50"))

    assert str(OrganizationSettings(service_fee_fixed=Decimal("0.5")).service_fee_fixed) == "0.50"


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(UnknownCurrency):
        OrganizationSettings(default_currency="usd")


@given(
    st.decimals(0, 100, places=2, allow_nan=False), st.decimals(0, 1000, places=3, allow_nan=False)
)
def test_valid_fees_keep_their_value(percent: Decimal, fixed: Decimal) -> None:
    settings = OrganizationSettings(
        default_currency="KWD", service_fee_percent=percent, service_fee_fixed=fixed
    )

    assert settings.service_fee_percent == percent
    assert settings.service_fee_fixed == fixed


def test_a_type_is_read_in_any_case() -> None:
    assert OrganizationType("PROMOTER") is OrganizationType.PROMOTER
