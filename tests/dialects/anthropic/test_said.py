"""What is said, and where it stands: each part in its place, to the letter."""

from __future__ import annotations

import re
from typing import Any

import pytest

from llm_intercept import (
    CannotSay,
    Interceptor,
    audio,
    citation,
    image,
    native,
    pause,
    refusal,
    reply,
    stream_event,
    thinking,
    tool_call,
)
from llm_intercept.wire import Pause
from tests.dialects.anthropic.asked import BROUGHT, CODE, RAN, REPLIES, REQUEST, SEARCH, deltas, events, post, send

PLACES: list[tuple[Any, dict[str, Any]]] = [
    (
        citation(document=0, quote="blue"),
        {"type": "char_location", "cited_text": "blue", "document_index": 0, "document_title": "Sky", "file_id": None,
         "start_char_index": 11, "end_char_index": 15},
    ),
    (
        citation(document="Sky"),
        {"type": "char_location", "cited_text": "The sky is blue.", "document_index": 0, "document_title": "Sky", "file_id": None,
         "start_char_index": 0, "end_char_index": 16},
    ),
    (
        citation(document=1, quote="Two", title="Mine"),
        {"type": "content_block_location", "cited_text": "Two.", "document_index": 1, "document_title": "Mine", "file_id": None,
         "start_block_index": 1, "end_block_index": 2},
    ),
    (
        citation(document=1, quote="nowhere"),
        {"type": "content_block_location", "cited_text": "nowhere", "document_index": 1, "document_title": None, "file_id": None,
         "start_block_index": 0, "end_block_index": 1},
    ),
    (
        citation(document="file_7", quote="q"),
        {"type": "page_location", "cited_text": "q", "document_index": 2, "document_title": None, "file_id": "file_7",
         "start_page_number": 1, "end_page_number": 2},
    ),
    (
        citation(document=9, quote="far"),
        {"type": "char_location", "cited_text": "far", "document_index": 9, "document_title": None, "file_id": None,
         "start_char_index": 0, "end_char_index": 3},
    ),
    *(
        (
            named,
            {"type": "search_result_location", "cited_text": "Second.", "search_result_index": 0, "source": "https://example.org/a",
             "title": "A", "start_block_index": 1, "end_block_index": 2},
        )
        for named in (citation(url="https://example.org/a", quote="Second"), citation(document="A", quote="Second"))
    ),
]  # fmt: skip


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize(("cited", "place"), PLACES, ids=repr)
def test_a_citation_tells_its_place_in_what_was_brought_along(cited: Any, place: dict[str, Any], stream: bool) -> None:
    answer = post(reply("It is.", cited), stream=stream, **BROUGHT)
    found = [one["citation"] for one in deltas(answer, "citations_delta")] if stream else answer.json()["content"][0]["citations"]
    assert found == [place]


def test_a_document_of_one_text_is_one_block() -> None:
    block = {"type": "document", "source": {"type": "content", "content": "All."}}
    message = {"role": "user", "content": [block]}
    cited = post(reply("It is.", citation(document=0)), messages=[message]).json()["content"][0]["citations"][0]
    assert (cited["type"], cited["cited_text"], cited["end_block_index"]) == ("content_block_location", "All.", 1)


def test_a_page_is_a_result_of_a_search() -> None:
    (block,) = post(reply("It is.", citation(url="https://x.org", title="X", quote="It was."))).json()["content"]
    assert [*block] == ["citations", "type", "text"]
    (cited,) = block["citations"]
    assert re.fullmatch(r"[0-9A-Za-z+/]{48}", cited.pop("encrypted_index"))
    assert cited == {"type": "web_search_result_location", "cited_text": "It was.", "url": "https://x.org", "title": "X"}


def test_a_cited_text_streams_its_citations_first() -> None:
    found = events(post(reply("abcdef", citation(url="https://x.org")), stream=True))
    assert found[1]["content_block"] == {"citations": [], "type": "text", "text": ""}
    kinds = [event["delta"]["type"] for event in found if event["type"] == "content_block_delta"]
    assert kinds == ["citations_delta", "text_delta", "text_delta"]


REFUSED: list[tuple[Any, str]] = [
    (reply("x", citation(document="unheard of")), "a citation of 'unheard of', which is no document of the request"),
    (image(b"png"), "an image"),
    (audio(b"wav", transcript="Hello."), "an audio"),
    (reply(refusal("No."), finish="stop"), "a refusal whose stop_reason is 'end_turn': give finish='refusal'"),
    (reply(tool_call("now"), refusal("No.")), "a refusal whose stop_reason is 'tool_use': give finish='refusal'"),
]


@pytest.mark.parametrize("stream", [False, True], ids=["body", "stream"])
@pytest.mark.parametrize(("said", "what"), REFUSED, ids=[what for _, what in REFUSED])
def test_what_it_cannot_say_is_refused_with_the_line_that_gave_it(said: Any, what: str, stream: bool) -> None:
    with pytest.raises(CannotSay, match=re.escape(f"anthropic messages cannot say {what}")) as refused:
        post(said, stream=stream)
    assert re.search(r"(test_said|asked)\.py:\d+", str(refused.value))


@pytest.mark.parametrize(
    ("said", "details"),
    [
        ("refusal", {"type": "refusal", "category": "cyber", "explanation": "I cannot help with that."}),
        ("refusal after text", {"type": "refusal", "category": None, "explanation": "no."}),
        ("filtered", {"type": "refusal", "category": None, "explanation": None}),
        ("thinking", None),
    ],
)
def test_a_refusal_is_why_the_message_stops(said: str, details: Any) -> None:
    body = post(REPLIES[said]).json()
    assert (body["stop_reason"], body["stop_details"]) == ("refusal" if details else "end_turn", details)
    assert [
        event["delta"]["stop_details"] for event in events(post(REPLIES[said], stream=True)) if event["type"] == "message_delta"
    ] == [details]
    texts = [block["text"] for block in body["content"] if block["type"] == "text"]
    assert texts == {"refusal": [], "refusal after text": ["Well, "], "filtered": ["Well"], "thinking": ["Paris."]}[said]


def test_what_happens_in_a_refusal_happens_in_the_stream() -> None:
    llm = Interceptor(reply("Well, ", pause(0.01), refusal("no."), stream_event({"type": "odd"}, name="odd")))
    assert send(llm, "messages", {**REQUEST, "stream": True}).status_code == 200
    frames = [*llm.calls.one.response.frames]
    assert Pause(0.01) in frames
    assert b'event: odd\ndata: {"type":"odd"}\n\n' in frames
    assert not any(b"no." in frame for frame in frames if isinstance(frame, bytes) and b"message_delta" not in frame)


def test_a_thought_is_sealed_and_its_seal_comes_last() -> None:
    streamed = post(thinking("Hm."), stream=True)
    found = events(streamed)
    assert found[1]["content_block"] == {"type": "thinking", "thinking": "", "signature": ""}
    assert [one["thinking"] for one in deltas(streamed, "thinking_delta")] == ["Hm."]
    (seal,) = deltas(streamed, "signature_delta")
    assert re.fullmatch(r"[0-9A-Za-z+/]{80}GAE=", seal["signature"])
    assert [event["delta"]["type"] for event in found if event["type"] == "content_block_delta"][-1] == "signature_delta"


def test_seals_differ_from_thought_to_thought_and_those_given_stand() -> None:
    content = post(reply(thinking("a"), thinking("b"), thinking(redacted=True), thinking("c", signature="mine"))).json()["content"]
    seals = [block.get("signature") or block["data"] for block in content]
    assert len({*seals}) == 4
    assert seals[-1] == "mine"


def test_redacted_thought_shows_no_word_of_it() -> None:
    said = thinking("secret", redacted=True)
    for answer in (post(said), post(said, stream=True)):
        assert "secret" not in answer.text
        assert '"redacted_thinking","data":"EqoB' in answer.text


@pytest.mark.parametrize("arguments", ['{"city": "Par', "", "[]", "{} {}"])
def test_arguments_that_break_off_are_said_in_a_stream(arguments: str) -> None:
    streamed = post(reply(tool_call("weather", arguments), finish="length"), stream=True)
    assert "".join(one["partial_json"] for one in deltas(streamed, "input_json_delta")) == arguments
    assert events(streamed)[1]["content_block"]["input"] == {}


def test_a_servers_tool_streams_what_it_is_given_and_its_result_stands_whole() -> None:
    found = events(post(REPLIES["search"], stream=True))
    starts = [event["content_block"] for event in found if event["type"] == "content_block_start"]
    assert [start["type"] for start in starts] == ["text", "server_tool_use", "web_search_tool_result", "text"]
    assert starts[1] == {**SEARCH.value, "input": {}}
    assert starts[2]["content"][0]["url"] == "https://x.org"
    given = [event["delta"]["partial_json"] for event in found if event.get("delta", {}).get("type") == "input_json_delta"]
    assert given[0] == ""
    assert "".join(given) == '{"query":"sky"}'


@pytest.mark.parametrize(
    ("said", "used"),
    [
        (reply(SEARCH, SEARCH, "x"), {"web_search_requests": 2, "web_fetch_requests": 0}),
        (reply(CODE, RAN), {"web_search_requests": 0, "web_fetch_requests": 0}),
        (reply(native({"type": "text", "text": "x"})), None),
        ("x", None),
    ],
)
def test_the_use_of_the_servers_tools_is_counted(said: Any, used: Any) -> None:
    assert post(said).json()["usage"].get("server_tool_use") == used
    assert events(post(said, stream=True))[-2]["usage"].get("server_tool_use") == used


@pytest.mark.parametrize(
    ("said", "asked", "container"),
    [
        ("Hi", {}, None),
        (REPLIES["search"], {}, None),
        (REPLIES["code"], {}, ("container_01", None)),
        ("Hi", {"container": "container_7"}, ("container_7", None)),
        (
            "Hi",
            {"container": {"skills": [{"type": "custom", "skill_id": "s"}, "odd"]}},
            ("container_01", [{"skill_id": "s", "type": "custom", "version": "latest"}]),
        ),
        ("Hi", {"container": {"id": "container_8", "skills": None}}, ("container_8", None)),
    ],
)
def test_a_container_is_told_where_code_runs_in_one(said: Any, asked: dict[str, Any], container: Any) -> None:
    for found in (post(said, **asked).json(), events(post(said, stream=True, **asked))[-2]["delta"]):
        told = found.get("container")
        if container is None:
            assert told is None
        else:
            assert told["id"].startswith(container[0])
            assert told["skills"] == container[1]
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", told["expires_at"])


def test_the_tokens_of_caches_and_thoughts_add_up() -> None:
    said = REPLIES["cached"]
    wanted = {
        "input_tokens": 10,
        "cache_creation_input_tokens": 30,
        "cache_read_input_tokens": 60,
        "output_tokens": 9,
        "output_tokens_details": {"thinking_tokens": 4},
    }
    for _ in range(3):  # written anew, as a template, from it
        usage = post(said).json()["usage"]
        assert {key: usage[key] for key in wanted} == wanted
        assert usage["cache_creation"] == {"ephemeral_5m_input_tokens": 30, "ephemeral_1h_input_tokens": 0}
    start, *_, end, _ = events(post(said, stream=True))
    assert end["usage"] == wanted
    assert start["message"]["usage"]["cache_read_input_tokens"] == 60
    assert start["message"]["usage"]["output_tokens"] == 1


def test_a_count_is_what_the_call_would_cost() -> None:
    more = {"system": "Be brief.", "tools": [{"name": "now", "description": "The time.", "input_schema": {"type": "object"}}]}
    cost = post("Hi", **more).json()["usage"]["input_tokens"]
    for to in ("count", "vertex count"):
        assert post("unheard", to, **more).json() == {"input_tokens": cost}


def test_edits_are_told_in_both_forms_and_counted_before() -> None:
    more = {"context_management": {"edits": []}}
    assert post("Hi", **more).json()["context_management"] == {"applied_edits": []}
    assert events(post("Hi", stream=True, **more))[-2]["context_management"] == {"applied_edits": []}
    counted = post("unheard", "count", **more).json()
    assert counted["context_management"] == {"original_input_tokens": counted["input_tokens"]}


def test_the_headers_are_the_providers() -> None:
    headers = post("Hi").headers
    assert re.fullmatch(r"req_01[0-9a-f]{22}", headers["request-id"])
    assert headers["anthropic-organization-id"]
    limits = {name for name in headers if name.startswith("anthropic-ratelimit-")}
    assert limits == {
        f"anthropic-ratelimit-{what}-{name}" for what in ("requests", "tokens") for name in ("limit", "remaining", "reset")
    }


def test_vertex_marks_its_ids_and_tells_no_limits() -> None:
    answer = post(tool_call("now"), "vertex")
    body = answer.json()
    assert (body["id"][:11], body["content"][0]["id"][:13]) == ("msg_vrtx_01", "toolu_vrtx_01")
    assert answer.headers["request-id"].startswith("req_vrtx_01")
    assert not [name for name in answer.headers if name.startswith("anthropic-")]


def test_a_completion_is_text_and_why_it_stopped() -> None:
    body = post("It is sunny.", "complete").json()
    assert re.fullmatch(r"compl_01[0-9a-f]{22}", body.pop("id"))
    assert body == {"type": "completion", "completion": "It is sunny.", "stop_reason": "stop_sequence", "model": "claude-2"}
    assert post(reply("x", finish="length"), "complete").json()["stop_reason"] == "max_tokens"
    said = reply("It is ", pause(0.001), "sunny.", chunk_size=4)
    ping, *found = events(post(said, "complete", stream=True))
    assert ping == {"type": "ping"}
    assert [event["completion"] for event in found] == ["It i", "s ", "sunn", "y.", ""]
    assert [event["stop_reason"] for event in found] == [None] * 4 + ["stop_sequence"]
    assert len({event["id"] for event in found}) == 1


@pytest.mark.parametrize(
    "said", [tool_call("now"), thinking("Hm."), reply("x", citation(url="https://x.org")), reply("x", finish="pause")]
)
def test_a_completion_says_no_more_than_text(said: Any) -> None:
    with pytest.raises(CannotSay, match="anthropic complete cannot say"):
        post(said, "complete")
