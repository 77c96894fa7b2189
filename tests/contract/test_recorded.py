"""Recorded calls, asked again: what was accepted is accepted, and what was refused for what it asked is refused alike.

They are looked for in the folder that `RECORDINGS` names, or else in `shared/wire` beside the project; where there is none, nothing
is tested. A folder is as `tests.shapes` has it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from llm_intercept import Interceptor
from llm_intercept.errors import UnknownEndpoint
from tests.shapes.recording import Recording, recordings

ELSEWHERE = Path(__file__).parents[2].parent / "shared" / "wire"

#: What was refused, and not for what it asked, and why we answer it.
OTHERWISE: Mapping[str, str] = {
    "bedrock/converse-stream.error-0.json": "there is no such model: any name is one here",
    "openrouter/api-v1-chat-completions.error-0.json": "a limit of somebody upstream, at that time",
    "vertex/generatecontent.error-0.json": "a URL that did not let itself be fetched",
}

#: What was answered, and no dialect knows.
UNKNOWN: Mapping[str, str] = {
    "gemini/filesearchstores": "stores of files to search in",
    "gemini/uploadtofilesearchstore": "files put into them",
}

FOUND = [*recordings(Path(os.environ.get("RECORDINGS") or ELSEWHERE))]
GIVEN = pytest.mark.skipif(not FOUND, reason="no recordings")


def name(recording: Recording) -> str:
    return f"{recording.provider}/{recording.path.name}"


def asked(recording: Recording) -> tuple[int, Any, list[str]]:
    """What comes of a recorded request: status, body, and which clauses it breaks; a credential was never recorded."""
    body, llm = recording.asked, Interceptor()
    content = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    with httpx2.Client(transport=llm.httpx2_transport) as client:
        headers = {"content-type": "application/json"}
        response = client.request(recording.method, recording.url, content=content, headers=headers)
    broken = [found.clause for found in llm.calls.one.findings if found.clause != "credential"]
    return response.status_code, response.content, broken


def kept(recording: Recording) -> bool:
    """Whether its request was kept; some were not."""
    return recording.method == "GET" or recording.asked is not None


ACCEPTED = [one for one in FOUND if one.status < 400 and kept(one) and f"{one.provider}/{one.operation}" not in UNKNOWN]
REFUSED = [one for one in FOUND if one.status >= 400 and kept(one) and name(one) not in OTHERWISE]


@GIVEN
@pytest.mark.parametrize("recording", ACCEPTED, ids=name)
def test_what_a_provider_accepted_is_accepted(recording: Recording) -> None:
    status, body, broken = asked(recording)
    assert (status < 400, broken) == (True, []), body


@GIVEN
@pytest.mark.parametrize("recording", REFUSED, ids=name)
def test_what_a_provider_refused_is_refused_alike(recording: Recording) -> None:
    status, body, _ = asked(recording)
    assert status == recording.status
    theirs, ours = recording.documents[0].value, json.loads(body)
    assert kind(ours) == kind(theirs)
    assert told(ours) == told(theirs)


def kind(refusal: dict[str, Any]) -> Any:
    """The type of an error, as its provider tells it in the body."""
    error = refusal.get("error", {})
    return (error.get("type"), error.get("status"), error.get("code"), error.get("param"))


def told(refusal: dict[str, Any]) -> Any:
    return refusal.get("message") or refusal["error"]["message"]


@GIVEN
@pytest.mark.parametrize("recording", [one for one in FOUND if name(one) in OTHERWISE], ids=name)
def test_what_was_refused_otherwise_is_answered(recording: Recording) -> None:
    status, body, broken = asked(recording)
    assert (recording.status >= 400, status, broken) == (True, 200, []), body


@GIVEN
def test_nothing_is_listed_that_was_not_recorded() -> None:
    assert OTHERWISE.keys() <= {name(one) for one in FOUND if one.status >= 400}
    assert UNKNOWN.keys() <= {f"{one.provider}/{one.operation}" for one in FOUND}


@GIVEN
@pytest.mark.parametrize("recording", [one for one in FOUND if f"{one.provider}/{one.operation}" in UNKNOWN], ids=name)
def test_what_no_dialect_knows_is_a_failure(recording: Recording) -> None:
    with pytest.raises(UnknownEndpoint):
        asked(recording)
