"""Secrets are known by their shape: to us, to whoever looks for leaks, and to our logs."""

import pytest

from adapters.system.ids import SystemIds
from domain.shared.secret_text import (
    SecretKind,
    hash_of_secret,
    kind_of,
    prefix_of,
    spell,
    without_secrets,
)

IDS = SystemIds()


def a_secret(kind: SecretKind = SecretKind.API_KEY) -> str:
    return spell(kind, IDS.number(), IDS.secret())


@pytest.mark.parametrize("kind", SecretKind)
def test_a_secret_says_what_it_opens(kind: SecretKind) -> None:
    text = a_secret(kind)

    assert text.startswith(f"tkt_{kind.value}_")
    assert kind_of(text) is kind


def test_one_wrong_sign_is_noticed_without_asking_anybody() -> None:
    text = a_secret()

    for position in range(len(text)):
        other = "x" if text[position] != "x" else "y"
        assert kind_of(text[:position] + other + text[position + 1 :]) is None, position


@pytest.mark.parametrize(
    "text",
    ["", "tkt_live_", "tks_abc", "x" * 100_000, a_secret() + "\n", a_secret()[:-1]],
    ids=["nothing", "a prefix", "another's", "long", "a line's end", "one sign short"],
)
def test_what_looks_like_none_is_none(text: str) -> None:
    assert kind_of(text) is None


def test_what_may_be_shown_opens_nothing() -> None:
    text = spell(SecretKind.API_KEY, "7F3K9XQ2MZ", "s" * 43)

    assert prefix_of(text) == "tkt_live_7f3k9xq2mz"
    assert kind_of(prefix_of(text)) is None
    assert prefix_of(spell(SecretKind.API_KEY, "7F3K9XQ2MZ", "_" * 43)) == prefix_of(text)


def test_nobody_reads_a_secret_in_a_text() -> None:
    text = a_secret()
    shown = without_secrets(f'{{"event": "odd {text}", "half": "{text[:50]}"}}')

    assert text[24:40] not in shown
    assert shown.count(prefix_of(text) + "_...") == 2
    assert without_secrets("nothing to hide: tkt_live_") == "nothing to hide: tkt_live_"


def test_hashes_of_two_secrets_differ() -> None:
    assert hash_of_secret(a_secret()) != hash_of_secret(a_secret())
    assert len(hash_of_secret("odd \udcff")) == 32
