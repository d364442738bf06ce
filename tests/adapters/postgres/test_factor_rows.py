"""Rows of second factors and passkeys lose nothing."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.postgres.identity.factor_tables import (
    factor_from_row,
    factor_to_row,
    passkey_from_row,
    passkey_to_row,
    passkeys,
    second_factors,
)
from domain.identity.passkey import Passkey
from domain.identity.second_factor import SecondFactor
from domain.shared.ids import PasskeyId, UserId
from tests.adapters.postgres.test_identity_rows import (
    as_row,
    hashes,
    ids,
    instants,
    names,
    versions,
)


@given(
    st.builds(
        SecondFactor,
        user_id=ids.map(UserId),
        seed=st.none() | st.binary(),
        enabled_at=st.none() | instants,
        last_step=st.none() | st.integers(0, 2**40),
        pending_seed=st.none() | st.binary(),
        pending_until=st.none() | instants,
        recovery_hashes=st.frozensets(hashes, max_size=10),
        wrong_at=st.lists(instants, max_size=5).map(tuple),
        wrong_in_a_row=st.integers(0, 20),
        version=versions,
        recorded=st.just([]),
    )
)
def test_a_factor_survives_its_row(factor: SecondFactor) -> None:
    row = factor_to_row(factor)

    assert {*row, "version"} == set(second_factors.c.keys())
    assert factor_from_row(as_row(row, version=factor.version)) == factor


@given(
    st.builds(
        Passkey,
        id=ids.map(PasskeyId),
        user_id=ids.map(UserId),
        credential_id=st.binary(),
        public_key=st.binary(),
        sign_count=st.integers(0, 2**32 - 1),
        name=names,
        transports=st.lists(names).map(tuple),
        created_at=instants,
        last_used_at=st.none() | instants,
        suspected_at=st.none() | instants,
        version=versions,
        recorded=st.just([]),
    )
)
def test_a_passkey_survives_its_row(passkey: Passkey) -> None:
    row = passkey_to_row(passkey)

    assert {*row, "version"} == set(passkeys.c.keys())
    assert passkey_from_row(as_row(row, version=passkey.version)) == passkey
