"""What each reply is on Google's wire, as a body and as a stream, and that both mean the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.genai._api_client import _iter_sse_lines
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from llm_intercept import (
    CannotSay,
    Interceptor,
    audio,
    citation,
    disconnect,
    image,
    native,
    pause,
    refusal,
    reply,
    stream_event,
    thinking,
    tool_call,
)
from tests.dialects.gemini.asked import ASKED, GEMINI, VERTEX, judged, post, said

HOSTS = (GEMINI, VERTEX)
every_host = pytest.mark.parametrize("host", HOSTS, ids=["gemini", "vertex"])

TOOLS = [{"functionDeclarations": [{"name": "now"}]}]


def chunks(given: Any, host: str = GEMINI, **more: Any) -> list[Any]:
    """The documents of a stream, framed either way."""
    framed = said(given, f"{host}:streamGenerateContent?alt=sse", **more)
    assert framed.headers["content-type"] == "text/event-stream"
    listed = said(given, f"{host}:streamGenerateContent", **more)
    assert listed.headers["content-type"] == "application/json; charset=UTF-8"
    assert [anonymous(one) for one in listed.json] == [anonymous(one) for one in framed.events]
    return framed.events


def anonymous(document: Any) -> Any:
    """A document without what is made for one request alone."""
    if isinstance(document, list):
        return [anonymous(one) for one in document]
    if not isinstance(document, dict):
        return document
    made = ("responseId", "createTime", "thoughtSignature")
    return {key: "made" if key in made else anonymous(value) for key, value in document.items()}


def accumulated(documents: list[Any]) -> Any:
    """One document with the meaning of a stream's, put together as its readers do."""
    whole = {**documents[-1], "candidates": {}} if "candidates" in documents[-1] else documents[-1]
    for document in documents:
        for candidate in document.get("candidates", ()):
            known = whole["candidates"].setdefault(candidate.get("index", 0), {"content": {"parts": []}})
            for part in candidate.get("content", {}).get("parts", ()):
                _add(known["content"]["parts"], part)
            likely = candidate.get("logprobsResult")
            if likely:
                kept = known.setdefault("logprobsResult", {key: [] for key in likely})
                for key, value in likely.items():
                    kept[key] += value
            known.update({key: value for key, value in candidate.items() if key not in ("content", "logprobsResult")})
    return {**whole, "candidates": [*whole["candidates"].values()]} if "candidates" in whole else whole


def _add(parts: list[Any], part: Any) -> None:
    texts = {"text", "thought", "thoughtSignature"}
    ended = bool(parts) and "thought" in part and "thoughtSignature" in parts[-1]
    if parts and not ended and {*parts[-1], *part} <= texts and parts[-1].get("thought") == part.get("thought"):
        parts[-1] = {**parts[-1], **part, "text": parts[-1]["text"] + part["text"]}
    elif part != {"text": ""}:
        parts.append(part)


def plain(body: Any) -> Any:
    """A body as `accumulated` leaves one: without roles, and without a text that is empty."""
    candidates = [
        {**one, "content": {"parts": [part for part in one.get("content", {}).get("parts", ()) if part != {"text": ""}]}}
        for one in body["candidates"]
    ]
    return {**body, "candidates": candidates}


def candidate(given: Any, host: str = GEMINI, **more: Any) -> Any:
    """The only candidate, the same in both forms."""
    answer = said(given, f"{host}:generateContent", **more)
    assert answer.status == 200
    body = judged("generate body", answer.json)
    for chunk in (stream := chunks(given, host, **more)):
        judged("generate event", chunk)
    assert anonymous(accumulated(stream)) == anonymous(plain(body))
    (only,) = body["candidates"]
    return only


def parts(given: Any, **more: Any) -> Any:
    found = candidate(given, **more)
    assert found["finishReason"] == "STOP"
    return found["content"]["parts"]


SAID: dict[str, tuple[Any, Any]] = {
    "text": ("Hi", [{"text": "Hi"}]),
    "nothing": (reply(), [{"text": ""}]),
    "a pause alone": (reply(pause(0)), [{"text": ""}]),
    "a call": (tool_call("now", a=1), [{"functionCall": {"name": "now", "args": {"a": 1}}}]),
    "a call with an id": (
        tool_call("now").with_id("7"),
        [{"functionCall": {"name": "now", "args": {}, "id": "7"}}],
    ),
    "an image": (image(b"png"), [{"inlineData": {"mimeType": "image/png", "data": "cG5n"}}]),
    "a sound": (audio(b"wav"), [{"inlineData": {"mimeType": "audio/wav", "data": "d2F2"}}]),
    "a native part": (
        native({"executableCode": {"language": "PYTHON", "code": "1"}}),
        [{"executableCode": {"language": "PYTHON", "code": "1"}}],
    ),
    "native text": (reply("a", native({"text": "b"})), [{"text": "ab"}]),
    "a thought": (
        reply(thinking("hm", signature="c2ln"), "Hi"),
        [{"text": "hm", "thought": True}, {"thoughtSignature": "c2ln", "text": "Hi"}],
    ),
    "a thought before a call": (
        reply(thinking("hm", signature="c2l-"), tool_call("now")),
        [{"text": "hm", "thought": True}, {"thoughtSignature": "c2l-", "functionCall": {"name": "now", "args": {}}}],
    ),
    "a thought alone": (thinking("hm", signature="c2ln"), [{"thoughtSignature": "c2ln", "text": "hm", "thought": True}]),
    "two thoughts": (
        reply(thinking("a", signature="c2ln"), thinking("b", signature="bWF0"), image(b"png")),
        [
            {"thoughtSignature": "c2ln", "text": "a", "thought": True},
            {"text": "b", "thought": True},
            {"thoughtSignature": "bWF0", "inlineData": {"mimeType": "image/png", "data": "cG5n"}},
        ],
    ),
    "a hidden thought": (
        reply(thinking("hm", signature="c2ln", redacted=True), "Hi"),
        [{"thoughtSignature": "c2ln", "text": "Hi"}],
    ),
    "a hidden thought alone": (thinking(signature="c2ln"), [{"thoughtSignature": "c2ln", "text": ""}]),
    "a signed native part": (
        reply(thinking("hm"), native({"toolCall": {"toolType": "FILE_SEARCH"}, "thoughtSignature": "bXk="})),
        [{"text": "hm", "thought": True}, {"thoughtSignature": "bXk=", "toolCall": {"toolType": "FILE_SEARCH"}}],
    ),
}


@pytest.mark.parametrize("case", SAID.values(), ids=SAID)
def test_a_reply_is_its_parts(case: tuple[Any, Any]) -> None:
    given, expected = case
    assert parts(given) == expected


ENDS: dict[str, tuple[Any, Any]] = {
    "a refusal": (refusal("No."), {"finishReason": "SAFETY", "finishMessage": "No."}),
    "a refusal of a kind": (
        refusal("No.", category="PROHIBITED_CONTENT"),
        {"finishReason": "PROHIBITED_CONTENT", "finishMessage": "No."},
    ),
    "a refusal of harm": (
        refusal("No.", category="HARM_CATEGORY_HARASSMENT"),
        {
            "finishReason": "SAFETY",
            "finishMessage": "No.",
            "safetyRatings": [{"category": "HARM_CATEGORY_HARASSMENT", "probability": "HIGH", "blocked": True}],
        },
    ),
    "a refusal that ends as told": (
        reply(refusal("No."), finish="stop"),
        {"finishReason": "STOP", "finishMessage": "No."},
    ),
    "arguments that are no JSON": (
        tool_call("now", "{bad"),
        {"finishReason": "MALFORMED_FUNCTION_CALL", "finishMessage": "Malformed function call: now({bad)"},
    ),
    "arguments that are no object": (
        tool_call("now", "[1]"),
        {"finishReason": "MALFORMED_FUNCTION_CALL", "finishMessage": "Malformed function call: now([1])"},
    ),
    "a number beyond all": (
        tool_call("now", '{"a":1e999}'),
        {"finishReason": "MALFORMED_FUNCTION_CALL", "finishMessage": 'Malformed function call: now({"a":1e999})'},
    ),
    "arguments that were cut": (
        reply(tool_call("now", '{"a'), finish="length"),
        {"finishReason": "MAX_TOKENS", "finishMessage": 'Malformed function call: now({"a)'},
    ),
}


@every_host
@pytest.mark.parametrize("case", ENDS.values(), ids=ENDS)
def test_what_goes_wrong_is_said_at_the_end(case: tuple[Any, Any], host: str) -> None:
    given, expected = case
    found = candidate(given, host)
    assert "content" not in found
    assert {key: value for key, value in found.items() if key not in ("index", "avgLogprobs")} == expected


def test_a_thought_before_a_refusal_keeps_its_signature() -> None:
    found = candidate(reply(thinking("hm", signature="c2ln"), refusal("No.")))
    assert found["content"]["parts"] == [{"thoughtSignature": "c2ln", "text": "hm", "thought": True}]
    found = candidate(reply(thinking("hm", signature="c2ln"), tool_call("now", "{")))
    assert found["content"]["parts"] == [{"thoughtSignature": "c2ln", "text": "hm", "thought": True}]


@every_host
def test_a_function_that_was_not_offered_is_called_all_the_same(host: str) -> None:
    found = candidate(tool_call("then"), host, tools=TOOLS)
    assert (found["finishReason"], found["content"]["parts"][0]["functionCall"]["name"]) == ("UNEXPECTED_TOOL_CALL", "then")
    assert found["finishMessage"] == "Unexpected tool call: Model tried to call an undeclared function: then"
    assert candidate(tool_call("now"), host, tools=TOOLS)["finishReason"] == "STOP"
    assert candidate(tool_call("then"), host, tools=[{"googleSearch": {}}])["finishReason"] == "STOP"


@every_host
def test_an_empty_answer_of_the_filter_is_a_blocked_prompt(host: str) -> None:
    for given in (reply(finish="content_filter"), reply("", finish="content_filter")):
        body = judged("generate body", said(given, f"{host}:generateContent").json)
        (event,) = chunks(given, host)
        assert anonymous(event) == anonymous(body)
        assert body["promptFeedback"] == {"blockReason": "SAFETY"}
        assert "candidates" not in body
    assert candidate(reply("Well", finish="content_filter"), host)["finishReason"] == "SAFETY"


CITED = reply("Paris é", citation(url="https://a.test", title="A"), citation(url="https://b.test"), " is big", citation(document=3))


def test_citations_ground_the_bytes_that_they_are_about() -> None:
    assert candidate(reply(image(b"png"), *CITED.parts, tool_call("now"), "Bye", citation(url="https://b.test")))[
        "groundingMetadata"
    ] == {
        "groundingChunks": [
            {"web": {"uri": "https://a.test", "title": "A"}},
            {"web": {"uri": "https://b.test"}},
            {"retrievedContext": {"title": "3"}},
        ],
        "groundingSupports": [
            {"segment": {"partIndex": 1, "endIndex": 8, "text": "Paris é"}, "groundingChunkIndices": [0, 1]},
            {"segment": {"partIndex": 1, "startIndex": 8, "endIndex": 15, "text": " is big"}, "groundingChunkIndices": [2]},
            {"segment": {"partIndex": 3, "endIndex": 3, "text": "Bye"}, "groundingChunkIndices": [1]},
        ],
    }


def test_a_document_is_told_as_it_was_given() -> None:
    found = candidate(reply("Hi", citation(document="doc-1", url="gs://doc", title="Doc", quote="hi")))
    assert found["groundingMetadata"]["groundingChunks"] == [
        {"retrievedContext": {"uri": "gs://doc", "title": "Doc", "text": "hi"}}
    ]


@pytest.mark.parametrize("given", [audio(b"wav", transcript="Hi"), reply(thinking("a", signature="no!"), "Hi")])
def test_what_google_cannot_say_names_its_line(given: Any) -> None:
    llm = Interceptor(given)
    with pytest.raises(CannotSay, match=r"gemini generate content cannot say a (transcript|signature)"):
        post(llm, f"{GEMINI}:generateContent")


@pytest.mark.parametrize("finish", ["pause", "context_window"])
def test_what_google_has_no_word_for_is_refused(finish: str) -> None:
    with pytest.raises(CannotSay, match=finish):
        said(reply("Hi", finish=finish))


def test_models_from_the_third_generation_on_name_their_calls() -> None:
    def called(model: str, host: str = GEMINI) -> Any:
        url = f"{host.rpartition('/')[0]}/{model}:generateContent"
        return said(reply(tool_call("now"), tool_call("now")), url).json["candidates"][0]["content"]["parts"]

    for model in ("gemini-3-flash-preview", "gemini-3.1-pro", "gemini-10-pro"):
        assert len({part["functionCall"]["id"] for part in called(model)}) == 2
    for model in ("gemini-2.5-flash", "gemini-1.5-pro", "gemma-3"):
        assert all("id" not in part["functionCall"] for part in called(model))
    assert all("id" not in part["functionCall"] for part in called("gemini-3-flash-preview", VERTEX))


@every_host
def test_every_candidate_says_the_reply(host: str) -> None:
    body = said(reply("Hi", tool_call("now")), f"{host}:generateContent", generationConfig={"candidateCount": 2}).json
    first, second = body["candidates"]
    assert (first.pop("index", 0), second.pop("index")) == (0, 1)
    assert first == second
    stream = chunks(reply("Hi", tool_call("now")), host, generationConfig={"candidateCount": 2})
    assert [one["content"]["parts"] for one in accumulated(stream)["candidates"]] == [first["content"]["parts"]] * 2


@every_host
@pytest.mark.parametrize("others", [None, 0, 3])
def test_log_probabilities_are_told_where_they_are_asked_for(others: int | None, host: str) -> None:
    config = {"responseLogprobs": True, **({} if others is None else {"logprobs": others})}
    for given in ("Hello there", reply(thinking("hm"), "Hello there")):
        found = candidate(given, host, generationConfig=config)
        chosen = found["logprobsResult"]["chosenCandidates"]
        assert "".join(one["token"] for one in chosen) == "Hello there"
        assert all(one["logProbability"] <= 0 for one in chosen)
        top = found["logprobsResult"].get("topCandidates")
        assert top is None if not others else [len(one["candidates"]) for one in top] == [3] * len(chosen)
        assert found["avgLogprobs"] < 0
    silent = candidate(tool_call("now"), host, generationConfig=config)
    assert (silent["avgLogprobs"], "logprobsResult" in silent) == (0.0, False)
    assert ("avgLogprobs" in candidate("Hi", host)) is (host == VERTEX)
    assert "logprobsResult" not in candidate("Hi", host, generationConfig={"logprobs": 3})


@every_host
def test_usage_adds_up_on_every_surface(host: str) -> None:
    spent = {"input": 100, "output": 30, "reasoning": 12, "cached": 40}
    for given in (
        reply("Hi", usage=spent),
        reply(thinking("hm hm hm hm hm"), "Hello, you there"),
        "Hi",
        reply("Hi", usage={"input": 5, "output": 2}),
        thinking("hm", redacted=True),
    ):
        used = said(given, f"{host}:generateContent").json["usageMetadata"]
        thought = used.get("thoughtsTokenCount", 0)
        assert used["totalTokenCount"] == used["promptTokenCount"] + used["candidatesTokenCount"] + thought
        assert used["promptTokensDetails"] == [{"modality": "TEXT", "tokenCount": used["promptTokenCount"]}]
        *early, last = [chunk["usageMetadata"] for chunk in chunks(given, host)]
        assert last == used
        assert all(one["totalTokenCount"] == one["promptTokenCount"] == used["promptTokenCount"] for one in early)
    used = said(reply("Hi", usage=spent), f"{host}:generateContent").json["usageMetadata"]
    assert (used["thoughtsTokenCount"], used["candidatesTokenCount"], used["cachedContentTokenCount"]) == (12, 18, 40)
    assert used["cacheTokensDetails"] == [{"modality": "TEXT", "tokenCount": 40}]


def test_what_surrounds_the_candidates_is_the_hosts() -> None:
    given = reply("Hi", id="made-7", model="model-7", headers={"x-mine": "7"})
    gemini, vertex = said(given), said(given, f"{VERTEX}:generateContent")
    for answer in (gemini, vertex):
        assert (answer.json["responseId"], answer.json["modelVersion"], answer.headers["x-mine"]) == ("made-7", "model-7", "7")
        assert answer.headers["server-timing"].startswith("gfet4t7")
    assert gemini.json["usageMetadata"]["serviceTier"] == "standard"
    assert "createTime" not in gemini.json
    assert vertex.json["usageMetadata"]["trafficType"] == "ON_DEMAND"
    assert vertex.json["usageMetadata"]["candidatesTokensDetails"] == [{"modality": "TEXT", "tokenCount": 1}]
    assert vertex.json["createTime"].endswith("Z")


def test_what_happens_in_a_stream_happens_where_it_stands() -> None:
    given = reply(
        "ab", stream_event({"new": 1}), native({"a": 1}), stream_event({"new": 2}), tool_call("now"), stream_event({"new": 3})
    )
    kinds = [event.get("new") or next(iter(event["candidates"][0]["content"]["parts"][0])) for event in chunks(given)]
    assert kinds == ["text", 1, "a", 2, "functionCall", 3, "text"]


def test_an_array_that_breaks_off_is_left_open() -> None:
    llm = Interceptor(reply("Hello", native({"a": 1}), disconnect()))
    with pytest.raises(Exception, match=r"disconnect|peer|closed"):
        post(llm, f"{GEMINI}:streamGenerateContent")
    sent = llm.calls.one.delivered
    assert sent.startswith(b"[{")
    assert sent.count(b",\r\n") == 2
    assert json.loads(sent + b"]")[-1]["candidates"][0]["content"]["parts"] == [{"a": 1}]


@every_host
@pytest.mark.parametrize(
    "given",
    [
        "Hi",
        reply(thinking("hm"), "Hi", tool_call("now")),
        CITED,
        refusal("No."),
        reply("Hi", usage={"input": 9, "output": 5, "reasoning": 2, "cached": 3}),
    ],
)
def test_a_reply_that_answered_before_says_what_a_new_one_says(given: Any, host: str) -> None:
    asked: list[dict[str, Any]] = [
        ASKED,  # type: ignore[list-item]
        {**ASKED, "tools": TOOLS},
        {**ASKED, "tools": [{"functionDeclarations": [{"name": "then"}]}]},
        {**ASKED, "generationConfig": {"responseLogprobs": True}},
        {**ASKED, "generationConfig": {"responseLogprobs": True, "logprobs": 2}},
        {**ASKED, "generationConfig": {"candidateCount": 2}},
    ]
    again = Interceptor(given)
    for turn in range(3):
        for body in asked:
            for model in ("gemini-2.5-flash", "gemini-3-pro"):
                url = f"{host.rpartition('/')[0]}/{model}:generateContent"
                fresh = Interceptor(given)
                answers = [post(fresh, url, body) for _ in range(turn + 1)]
                assert post(again, url, body).content == answers[-1].content


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
anything = st.lists(
    st.one_of(
        texts,
        st.builds(tool_call, st.sampled_from(["now", "then"]), st.dictionaries(texts, st.integers() | texts, max_size=2)),
        st.builds(thinking, texts),
        st.builds(refusal, texts),
        st.just(image(b"png")),
        st.just(native({"executableCode": {"language": "PYTHON", "code": "1"}})),
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=60)
@drawn(anything, st.integers(1, 6), st.sampled_from(HOSTS), st.booleans())
def test_the_stream_of_anything_is_its_body(given: list[Any], size: int, host: str, likely: bool) -> None:
    more = {"generationConfig": {"responseLogprobs": True}} if likely else {}
    composed = reply(*given, chunk_size=size)
    body = judged("generate body", said(composed, f"{host}:generateContent", **more).json)
    assert anonymous(_read(accumulated(chunks(composed, host, **more)))) == anonymous(_read(plain(body)))


def _read(body: Any) -> Any:
    """A body whose neighbouring texts and thoughts are one, as a stream's reader cannot tell them apart, and empty ones none."""
    for one in body["candidates"]:
        found: list[Any] = []
        for part in one["content"]["parts"]:
            _add(found, part)
        one["content"]["parts"] = [part for part in found if part.get("text") != "" or "thoughtSignature" in part]
        one["logprobsResult"] = one.get("logprobsResult") or {"chosenCandidates": []}
    return body


@settings(deadline=None, max_examples=40)
@drawn(texts, st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_the_sdks_decoder_reads_the_same_at_any_split(text: str, sizes: list[int]) -> None:
    body = said(reply(text, tool_call("now")), f"{GEMINI}:streamGenerateContent?alt=sse").content

    def cut() -> Any:
        at = turn = 0
        while at < len(body):
            yield body[at : at + sizes[turn % len(sizes)]]
            at, turn = at + sizes[turn % len(sizes)], turn + 1

    lines = [line for line in _iter_sse_lines(cut()) if line]
    parts = [json.loads(line.removeprefix("data: "))["candidates"][0]["content"]["parts"][0] for line in lines]
    assert "".join(part.get("text", "") for part in parts) == text
    assert [part["functionCall"]["name"] for part in parts if "functionCall" in part] == ["now"]


@every_host
def test_tokens_are_counted(host: str) -> None:
    body = {**ASKED, "tools": TOOLS}
    plain_count = post(Interceptor(), f"{host}:countTokens", ASKED)
    counted = post(Interceptor(), f"{host}:countTokens", body)
    assert judged("count_tokens body", counted.json)["totalTokens"] > plain_count.json["totalTokens"] > 0
    total = counted.json["totalTokens"]
    assert counted.json["promptTokensDetails"] == [{"modality": "TEXT", "tokenCount": total}]
    assert counted.json.get("totalBillableCharacters") == (24 if host == VERTEX else None)
    assert post(Interceptor(count_tokens=lambda text: 1000), f"{host}:countTokens").json["totalTokens"] > 1000
    wrapped = post(Interceptor(), f"{host}:countTokens", {"generateContentRequest": {"model": "models/m", **body}})
    assert wrapped.json == counted.json
    assert post(Interceptor(), f"{host}:countTokens", {"contents": 5}).status == 400


def test_a_rule_says_what_a_count_is() -> None:
    llm = Interceptor()
    llm.on(operation="count_tokens").reply({"totalTokens": 7})
    assert post(llm, f"{GEMINI}:countTokens").json == {"totalTokens": 7}
