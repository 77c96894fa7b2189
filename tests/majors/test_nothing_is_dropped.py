"""What a reply says is in its answer, body and stream, whoever says it, or is refused: nothing is dropped."""

from __future__ import annotations

import importlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from llm_intercept import CannotSay, Interceptor, audio, citation, image, refusal, reply, thinking, tool_call
from llm_intercept.doctor.wires.decoding import documents
from llm_intercept.doctor.wires.kinds import KINDS
from tests.majors.judged import PARTS, installed

SIGNED, PICTURE, SOUND = b64encode(b"signature of mine").decode(), b"picture of mine", b"sound of mine!!!"

#: A reply, and the texts that an answer to it must hold.
SAID: dict[str, tuple[Any, tuple[str, ...]]] = {
    "text": (reply("texty words", chunk_size=99), ("texty words",)),
    "two texts": (reply("one", tool_call("now"), "two", chunk_size=99), ("one", "two", "now")),
    "tool calls": (
        reply(tool_call("weather", city="Parisienne"), tool_call("then"), chunk_size=99),
        ("weather", "Parisienne", "then"),
    ),
    "an id": (tool_call("now").with_id("call7abcd"), ("call7abcd",)),
    "thinking": (reply(thinking("thinky words"), "texty", chunk_size=99), ("thinky words", "texty")),
    "a signature": (reply(thinking("thinky", signature=SIGNED), "texty", chunk_size=99), ("thinky", SIGNED)),
    "redacted thinking": (reply(thinking(signature=SIGNED, redacted=True), "texty", chunk_size=99), (SIGNED, "texty")),
    "a refusal": (reply(refusal("no words"), chunk_size=99), ("no words",)),
    "a page": (reply("texty", citation(url="https://a.test/b", title="titled"), chunk_size=99), ("https://a.test/b",)),
    "an image": (reply("texty", image(PICTURE), chunk_size=99), (b64encode(PICTURE).decode(),)),
    "a sound": (audio(SOUND), (b64encode(SOUND).decode(),)),
}

#: What is not there although it was said, and why that is right.
LEFT_OUT: dict[tuple[str, str], str] = {}


def leaves(value: Any) -> Iterator[str]:
    """Every text of a document, and every text that stands as JSON within one."""
    match value:
        case dict():
            for key, inner in value.items():
                yield str(key)
                yield from leaves(inner)
        case list():
            for inner in value:
                yield from leaves(inner)
        case str():
            yield value


def answer(kind: str, part: str, asked: str, said: Any) -> str:
    """All texts of an answer, joined where a stream cuts them."""
    one = KINDS[kind]
    url, body = one.request(asked, part)
    name = "httpx2" if find_spec("httpx2") else "httpx"
    with importlib.import_module(name).Client(
        transport=getattr(Interceptor(said, contract="off"), f"{name}_transport"), trust_env=False
    ) as client:
        response = client.post(url, json=body, headers={"accept": one.accept})
    found = "\n".join(
        leaf for document in documents(response.headers["content-type"], response.content) for leaf in leaves(document)
    )
    return found + "\n" + _decoded(found)


def _decoded(found: str) -> str:
    """What stands in base64, once more in plain words: some say opaque things so."""
    told = []
    for line in found.split("\n"):
        try:
            told.append(b64decode(line, validate=True).decode())
        except ValueError:
            continue
    return "\n".join(told)


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize(("kind", "part"), [(kind, part) for kind in KINDS for part in PARTS])
def test_what_is_said_is_in_the_answer_or_refused(kind: str, part: str, said: str) -> None:
    if not installed(KINDS[kind].sdk):
        pytest.skip("not installed")
    given, wanted = SAID[said]
    for asked in ("plain", *KINDS[kind].more):
        try:
            found = answer(kind, part, asked, given)
        except CannotSay:
            continue
        lost = [text for text in wanted if text not in found and json.dumps(text)[1:-1] not in found]
        assert ((kind, said) in LEFT_OUT) == bool(lost), f"{asked}: {lost} not in {found[:2000]}"
