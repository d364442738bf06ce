"""Rows of login flows and linked identities lose nothing."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.postgres.identity.provider_logins import (
    flow_from_row,
    flow_to_row,
    identity_from_row,
    identity_to_row,
    linked_identities,
    login_flows,
)
from domain.identity.linked_identity import LinkedIdentity
from domain.identity.login_flow import LoginFlow
from domain.shared.ids import LinkedIdentityId, UserId
from tests.adapters.postgres.test_identity_rows import as_row, hashes, ids, instants, names


@given(
    st.builds(
        LoginFlow,
        state_hash=hashes,
        token_hash=hashes,
        provider=names,
        redirect_uri=names,
        user_id=st.none() | ids.map(UserId),
        created_at=instants,
        expires_at=instants,
        taken_at=st.none() | instants,
        version=st.integers(0, 2**31 - 1),
        recorded=st.just([]),
    )
)
def test_a_login_flow_survives_its_row(flow: LoginFlow) -> None:
    row = flow_to_row(flow)

    assert {*row, "version"} == set(login_flows.c.keys())
    assert flow_from_row(as_row(row, version=flow.version)) == flow


@given(
    st.builds(
        LinkedIdentity,
        id=ids.map(LinkedIdentityId),
        user_id=ids.map(UserId),
        provider=names,
        issuer=names,
        subject=names,
        email=st.none() | st.emails(),
        linked_at=instants,
    )
)
def test_a_linked_identity_survives_its_row(identity: LinkedIdentity) -> None:
    row = identity_to_row(identity)

    assert set(row) == set(linked_identities.c.keys())
    assert identity_from_row(as_row(row)) == identity
