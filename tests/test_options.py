"""Options: every one by its name, and a wrong one refused where it is given."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from llm_intercept import Interceptor, activate, intercept, wrap
from llm_intercept.options import Options
from llm_intercept.replies.reply import DEFAULT
from llm_intercept.synthesis.tokens import estimate


def test_nothing_given_is_the_defaults() -> None:
    assert Options.of({}) == Options(DEFAULT, (), (), "llm", "process", True, 0, "refuse", estimate, None)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"hosts": "Gateway.Example.com"}, {"hosts": ("gateway.example.com",)}),
        ({"hosts": ["a.test", "B.test:8080"]}, {"hosts": ("a.test", "b.test:8080")}),
        ({"hosts": iter(["a.test"])}, {"hosts": ("a.test",)}),
        ({"hosts": "*.internal:80*"}, {"hosts": ("*.internal:80*",)}),
        ({"scope": "task"}, {"scope": "task"}),
        ({"scope": "process"}, {"scope": "process"}),
        ({"keys": False}, {"keys": False}),
        ({"seed": 7}, {"seed": 7}),
        ({"journal": 1}, {"journal": 1}),
        ({"journal": None}, {"journal": None}),
        ({"default": None}, {"default": None}),
        ({"default": "Hi."}, {"default": "Hi."}),
        ({"count_tokens": len}, {"count_tokens": len}),
    ],
    ids=" ".join,
)
def test_an_option_is_kept_as_given(given: dict[str, Any], kept: dict[str, Any]) -> None:
    options = Options.of(given)
    assert {name: getattr(options, name) for name in kept} == kept
    others = [field.name for field in fields(Options) if field.name not in kept]
    assert all(getattr(options, name) == getattr(Options(), name) for name in others)


WRONG = [
    ({"host": "a.test"}, TypeError, "host= is no option; did you mean 'hosts'?"),
    ({"sed": 1}, TypeError, "sed= is no option; did you mean 'seed'?"),
    (
        {"xyzzy": 1},
        TypeError,
        (
            "xyzzy= is no option; known: allow, block_network, clock, contract, count_tokens, default, hosts, journal, keys, "
            "limits, pace, scope, seed"
        ),
    ),
    ({"allow": 3}, TypeError, "allow=3: a host, or several"),
    ({"hosts": [b"a.test"]}, TypeError, "hosts=[b'a.test']: a host, or several"),
    ({"allow": "https://a.test"}, ValueError, "allow='https://a.test': a host or host:port, without scheme and path"),
    ({"block_network": "none"}, ValueError, "block_network='none': 'llm' or 'all'"),
    ({"contract": "maybe"}, ValueError, "contract='maybe': 'refuse' or 'warn' or 'off' or 'fail'"),
    ({"limits": 3}, TypeError, "limits=3: Limits(rpm=, tpm=, concurrent=) is wanted"),
    ({"clock": 3}, TypeError, "clock=3: 'real', 'virtual', or a callable that tells the time in seconds"),
    ({"clock": "fake"}, ValueError, "clock='fake': 'real', 'virtual', or a callable that tells the time in seconds"),
    ({"keys": "no"}, TypeError, "keys='no': a bool is wanted, or errors by key, as in {'sk-...': invalid_key()}"),
    ({"seed": "7"}, TypeError, "seed='7': int is wanted"),
    ({"scope": "thread"}, ValueError, "scope='thread': 'process' or 'task'"),
    ({"journal": 0}, ValueError, "journal=0: how many of the last entries to keep, or None for all"),
    ({"journal": -1}, ValueError, "journal=-1: how many of the last entries to keep, or None for all"),
    ({"hosts": "https://a.test"}, ValueError, "hosts='https://a.test': a host or host:port, without scheme and path"),
    ({"hosts": ["a.test/v1"]}, ValueError, "hosts='a.test/v1': a host or host:port, without scheme and path"),
]


WAYS = ["Interceptor", "intercept", "activate", "wrap"]


@pytest.mark.parametrize("enter", [Interceptor, intercept, activate, lambda **given: wrap(object(), **given)], ids=WAYS)
@pytest.mark.parametrize(("given", "kind", "text"), WRONG, ids=[str(given) for given, _, _ in WRONG])
def test_a_wrong_option_is_refused_by_every_way_in(enter: Any, given: dict[str, Any], kind: type[Exception], text: str) -> None:
    with pytest.raises(kind) as refused:
        enter(**given)
    assert str(refused.value) == text


@pytest.mark.parametrize(("name", "value"), [("default", 7), ("default", ["a"])])
def test_a_default_that_can_be_no_reply_is_refused_where_it_is_given(name: str, value: object) -> None:
    with pytest.raises(TypeError, match="is no part of a reply"):
        Interceptor(**{name: value})


def test_options_are_a_value() -> None:
    assert Options.of({"seed": 1, "hosts": "a"}) == Options.of({"hosts": ["a"], "seed": 1})
    with pytest.raises(AttributeError):
        Options().seed = 1  # type: ignore[misc]
