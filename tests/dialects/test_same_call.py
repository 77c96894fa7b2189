"""The same logical request, in each dialect's words, is the same `Call`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm_intercept.call import Call
from llm_intercept.memory import Memory
from llm_intercept.reach import recognise
from llm_intercept.wire import Request
from tests.dialects.spoken import WRITERS, Asked, Offer, Results, Said, Use, User

#: What a dialect has no word for, by its name and what of the call then differs, and why.
NO_WORD: Mapping[tuple[str, str], str] = {
    ("ollama chat", "ids"): "the SDK's tool calls have no ids, and its results the tool's name",
    ("ollama chat", "tool_choice none"): "no choice is asked for",
    ("ollama chat", "tool_choice required"): "no choice is asked for",
    ("ollama chat", "tool_choice named"): "no choice is asked for",
    ("cohere chat", "tool_choice named"): "REQUIRED and NONE are all that there is",
    ("bedrock converse", "tool_choice none"): "auto, any and tool are all that there is",
    ("bedrock nova", "tool_choice none"): "auto, any and tool are all that there is",
}


def call_of(dialect: str, asked: Asked) -> Call:
    """The call that is read of what a dialect's writer wrote."""
    writer = WRITERS[dialect]
    url = urlsplit((writer.streaming_url if asked.stream else None) or writer.url)
    told = writer.streaming_headers if asked.stream else None
    headers = tuple((name.encode(), value.encode()) for name, value in (told or {}).items())
    target = url.path + (f"?{url.query}" if url.query else "")
    body = json.dumps(writer.write(asked, writer.model)).encode()
    request = Request("POST", url.scheme, url.hostname or "", url.port, target, headers, body, "httpx")
    found = recognise("POST", request.host, request.port, target, headers, ("localhost:11434",))
    assert found is not None
    assert found.dialect is not None
    call = found.dialect.read(request, found.provider or "unknown", Memory())
    found.dialect.check(call)
    return call


def wanted_of(dialect: str, asked: Asked) -> dict[str, Any]:
    """What a call that asks this must show."""
    messages = [*_messages(asked)]
    roles = [role for role, _, _ in messages]
    users = [turn for turn in asked.turns if isinstance(turn, User)]
    last = asked.turns[-1]
    after_user = roles[len(roles) - roles[::-1].index("user") :]
    return {
        "model": WRITERS[dialect].model,
        "messages": messages,
        "ids": [one.id for turn in asked.turns for one in (turn.uses if isinstance(turn, Said) else _answered(turn))],
        "tool_results": [(use.name, text) for use, text in last.given] if isinstance(last, Results) else [],
        "last_user": users[-1].text,
        "prompt": users[-1].text,
        "said_last": last.text if isinstance(last, User) else None,
        "system": asked.system or "",
        "turn": roles.count("assistant"),
        "step": after_user.count("assistant"),
        "tools": [(one.name, one.description, one.parameters, "function") for one in asked.tools],
        f"tool_choice {asked.choice[0]}": (*asked.choice, ()),
        "schema": asked.schema,
        "stream": asked.stream,
        "images": [sha256(image).hexdigest() for user in users for image in user.images],
        "n": 1,
        "modality": "text",
        "operation": "chat",
    }


def _answered(turn: User | Results) -> list[Use]:
    return [use for use, _ in turn.given] if isinstance(turn, Results) else []


def _messages(asked: Asked) -> Any:
    for turn in asked.turns:
        match turn:
            case User(text):
                yield "user", text, []
            case Said(text, uses):
                yield "assistant", text, [(one.name, one.arguments) for one in uses]
            case Results(given):
                yield from (("tool", text, []) for _, text in given)


def shown_by(call: Call, choice: str) -> dict[str, Any]:
    """The same of a call that was read."""
    said = [message for message in call.messages if message.role != "system"]
    ids = [[one.id for one in message.tool_uses] if message.role == "assistant" else [message.tool_use_id] for message in said]
    chosen = call.tool_choice
    return {
        "model": call.model,
        "messages": [(one.role, one.text, [(use.name, _value(use.arguments)) for use in one.tool_uses]) for one in said],
        "ids": [one for some in ids for one in some if one is not None],
        "tool_results": [(one.name, one.text) for one in call.tool_results],
        "last_user": call.last_user,
        "prompt": call.prompt,
        "said_last": call.said_last,
        "system": call.system,
        "turn": call.turn,
        "step": call.step,
        "tools": [(one.name, one.description, one.parameters, one.kind) for one in call.tools],
        f"tool_choice {choice}": (chosen.mode, chosen.name, chosen.allowed),
        "schema": call.schema,
        "stream": call.stream,
        "images": [one.digest for one in call.images],
        "n": call.n,
        "modality": call.modality,
        "operation": call.operation,
    }


def _value(arguments: Any) -> Any:
    return json.loads(arguments) if isinstance(arguments, str) else arguments


def differing(dialect: str, asked: Asked) -> dict[str, tuple[Any, Any]]:
    """What a dialect's call shows otherwise than is wanted, each with the two."""
    wanted, shown = wanted_of(dialect, asked), shown_by(call_of(dialect, asked), asked.choice[0])
    return {name: (shown[name], value) for name, value in wanted.items() if shown[name] != value}


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=12)
NAMES = st.sampled_from(["get_weather", "search", "add-2"])
ARGUMENTS = st.dictionaries(
    st.sampled_from(["city", "n", "deep"]),
    st.one_of(TEXTS, st.integers(-(2**31), 2**31), st.booleans(), st.none(), st.lists(TEXTS, max_size=2)),
    max_size=3,
)
SCHEMAS = st.sampled_from(
    [
        {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        {
            "type": "object",
            "properties": {"ns": {"type": "array", "items": {"type": "integer"}}, "one": {"enum": ["a", "b"], "type": "string"}},
        },
    ]
)
IMAGES = st.lists(st.sampled_from([b"\x89PNG\r\n\x1a\none", b"\x89PNG\r\n\x1a\nanother"]), max_size=2).map(tuple)


@st.composite
def conversations(draw: st.DrawFn) -> Asked:
    """Users ask, tools are called, several at once too, and answered, in any order; it ends where the model is asked to speak."""
    numbers = iter(range(1_000))
    turns: list[User | Said | Results] = []
    rounds = draw(st.integers(1, 3))
    for number in range(rounds):
        turns.append(User(draw(TEXTS), draw(IMAGES)))
        for _ in range(draw(st.integers(0, 2))):
            uses = tuple(Use(f"call{next(numbers):05}", draw(NAMES), draw(ARGUMENTS)) for _ in range(draw(st.integers(1, 3))))
            answered = draw(st.permutations(uses))
            turns += [Said(draw(st.just("") | TEXTS), uses), Results(tuple((use, draw(TEXTS)) for use in answered))]
        if number < rounds - 1:
            turns.append(Said(draw(TEXTS)))
    tools = tuple(Offer(name, draw(TEXTS), draw(SCHEMAS)) for name in sorted(draw(st.sets(NAMES))))
    choices = [("auto", None), *((one, None) for one in ("none", "required") if tools), *(("named", one.name) for one in tools)]
    return Asked(
        tuple(turns), draw(st.none() | TEXTS), tools, draw(st.sampled_from(choices)), draw(st.none() | SCHEMAS), draw(st.booleans())
    )


@pytest.mark.parametrize("dialect", WRITERS)
@settings(deadline=None, max_examples=15, derandomize=True)
@given(asked=conversations())
def test_the_same_request_is_the_same_call(dialect: str, asked: Asked) -> None:
    found = differing(dialect, asked)
    assert {name: both for name, both in found.items() if (dialect, name) not in NO_WORD} == {}


_OFFER = Offer("search", "Finds.", {"type": "object", "properties": {"city": {"type": "string"}}})
_USE = Use("call00001", "search", {"city": "Paris"})
FULL = Asked((User("Look!", (b"png",)), Said("I do.", (_USE,)), Results(((_USE, "18"),))), "Be brief.", (_OFFER,))


@pytest.mark.parametrize(("dialect", "name"), NO_WORD)
def test_where_a_dialect_has_no_word_one_is_missing(dialect: str, name: str) -> None:
    mode = name.removeprefix("tool_choice ")
    choice: Any = (mode, "search" if mode == "named" else None) if mode != name else FULL.choice
    assert name in differing(dialect, replace(FULL, choice=choice))
