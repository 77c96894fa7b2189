"""Each provider says each part in its own place, in its body and in its stream, or refuses it by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from llm_intercept import CannotSay, Interceptor, audio, citation, image, native, reply, stream_event, thinking, tool_call
from llm_intercept.dialects.openai.flavours import FLAVOURS
from llm_intercept.replies.parts import refusal
from llm_intercept.replies.reply import FINISHES
from tests.dialects.openai.asked import CHATS, accumulated, ask, chat, chunks

every_provider = pytest.mark.parametrize("who", CHATS)

PAGE = citation(url="https://example.org/paris", title="Paris", quote="capital")

#: Who cannot say a part; everybody else can.
CANNOT: Mapping[str, frozenset[str]] = {
    "thinking": frozenset({"openai", "azure", "azure v1", "github", "writer"}),
    "refusal": frozenset({
        "groq", "together", "mistral", "deepseek", "cerebras", "fireworks", "perplexity", "zai", "huggingface",
        "huggingface for together", "ollama",
    }),
    "page": frozenset({
        "groq", "together", "mistral", "deepseek", "cerebras", "fireworks", "zai", "writer", "huggingface",
        "huggingface for together", "ollama",
    }),
    "document": frozenset(CHATS) - {"groq"},
    "image": frozenset(CHATS) - {"openrouter"},
    "sound": frozenset(CHATS) - {
        "openai", "azure", "azure v1", "azure inference", "github", "compatible", "sambanova", "nvidia", "databricks",
    },
    "redacted": frozenset(CHATS) - {"openrouter"},
}  # fmt: skip

PARTS: Mapping[str, Any] = {
    "text": "Paris, of course.",
    "empty text": "",
    "no part": reply(),
    "tool call": reply(tool_call("weather", city="Paris")),
    "text and tools": reply("Let me look.", tool_call("weather", city="Paris"), tool_call("now")),
    "raw arguments": reply(tool_call("weather", '{"city": '), finish="length"),
    "thinking": reply(thinking("The user wants a city."), "Paris."),
    "thinking alone": reply(thinking("The user wants a city.")),
    "text before thinking": reply("Well. ", thinking("Hm."), "Paris."),
    "thinking twice": reply(thinking("One."), "Paris ", thinking("Two."), "it is."),
    "signed thinking": reply(thinking("The user wants a city.", signature="c2ln"), "Paris."),
    "redacted": reply(thinking(redacted=True, signature="c2ln"), "Paris."),
    "refusal": reply(refusal("I can't help with that.")),
    "page": reply("Well. ", "Paris is the capital.", PAGE),
    "document": reply("Paris is the capital.", citation(document="d1")),
    "image": reply("Here.", image(b"\x89PNG")),
    "sound": reply(audio(b"RIFF" * 2000, transcript="Hello.")),
    "native": reply("Hi", native({"executed_tools": [{"index": 0, "type": "search", "arguments": "{}"}]})),
}


#: Who has a place for the signature of a thought.
SIGNING = ("mistral", "openrouter")


def cannot(who: str, part: str) -> bool:
    if part == "signed thinking":
        return who not in SIGNING
    return who in CANNOT.get(part, CANNOT["thinking"] if "thinking" in part else ())


@pytest.mark.parametrize("part", PARTS)
@every_provider
def test_a_part_is_said_or_refused_and_the_stream_says_what_the_body_says(who: str, part: str) -> None:
    more = {"modalities": ["text", "audio"]} if part == "sound" else {}
    if cannot(who, part):
        for stream in (False, True):
            with pytest.raises(CannotSay, match="cannot say") as refused:
                chat(who, PARTS[part], stream=stream, **more)
            assert "test_flavours.py" in str(refused.value)
        return
    body, streamed = chat(who, PARTS[part], **more), chat(who, PARTS[part], stream=True, **more)
    assert (body.status, streamed.status) == (200, 200)
    message, heard = body.json["choices"][0]["message"], accumulated(streamed)
    assert comparable(heard) == comparable(message)


def comparable(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message without what does not show: what is empty, and what is made up anew for each call."""
    said = {key: value for key, value in message.items() if value not in (None, "", [])}
    for call in said.get("tool_calls", ()):
        call.pop("id", None)
        call.pop("index", None)
    for detail in said.get("reasoning_details", ()):
        detail.pop("signature", None)
    for chunk in said["content"] if isinstance(said.get("content"), list) else ():
        chunk.pop("closed", None)
        chunk.pop("signature", None)
    if "audio" in said:
        said["audio"] = {key: value for key, value in said["audio"].items() if key in ("data", "transcript")}
    return said


#: Where each provider puts a thought: the path in a message.
THOUGHTS: Mapping[str, Any] = {
    "deepseek": {"reasoning_content": "Hm.", "content": "Paris."},
    "compatible": {"reasoning_content": "Hm.", "content": "Paris."},
    "nvidia": {"reasoning_content": "Hm.", "content": "Paris."},
    "azure inference": {"reasoning_content": "Hm.", "content": "Paris."},
    "groq": {"reasoning": "Hm.", "content": "Paris."},
    "cerebras": {"reasoning": "Hm.", "content": "Paris."},
    "together": {"reasoning": "Hm.", "content": "Paris."},
    "ollama": {"reasoning": "Hm.", "content": "Paris."},
    "perplexity": {"content": "<think>\nHm.\n</think>\n\nParis."},
    "mistral": {
        "content": [
            {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}], "closed": True, "signature": "s"},
            {"type": "text", "text": "Paris."},
        ]
    },
    "openrouter": {
        "content": "Paris.",
        "reasoning": "Hm.",
        "reasoning_details": [{"type": "reasoning.text", "text": "Hm.", "signature": "s", "format": "unknown", "index": 0}],
    },
}


@pytest.mark.parametrize("who", THOUGHTS)
def test_a_thought_stands_where_the_provider_puts_it(who: str) -> None:
    signature = "s" if who in SIGNING else None
    message = chat(who, reply(thinking("Hm.", signature=signature), "Paris.")).json["choices"][0]["message"]
    assert {key: message[key] for key in THOUGHTS[who]} == THOUGHTS[who]


def test_a_stream_of_openrouters_ends_a_thought_with_its_signature() -> None:
    signed = [
        detail
        for chunk in chunks(chat("openrouter", thinking("Hm.", signature="s"), stream=True))
        for choice in chunk["choices"]
        for detail in choice["delta"].get("reasoning_details", ())
    ]
    assert [one.get("text") for one in signed] == ["Hm.", None]
    assert signed[-1]["signature"] == "s"


def test_a_citation_tells_what_it_is_about() -> None:
    text = "Well. Paris is the capital."
    said = reply("Well. ", "Paris is the capital.", PAGE)
    page = {"url": "https://example.org/paris", "title": "Paris", "start_index": 19, "end_index": 26}
    assert chat("openai", said).json["choices"][0]["message"]["annotations"] == [{"type": "url_citation", "url_citation": page}]
    whole = chat("openrouter", reply(text, citation(url="https://example.org"))).json["choices"][0]["message"]["annotations"]
    assert whole[0]["url_citation"] == {
        "url": "https://example.org", "title": "", "start_index": 0, "end_index": len(text), "content": "",
    }  # fmt: skip
    assert chat("xai", said).json["citations"] == ["https://example.org/paris"]
    found = chat("perplexity", said).json
    assert found["citations"] == ["https://example.org/paris"]
    assert [(one["url"], one["snippet"]) for one in found["search_results"]] == [("https://example.org/paris", "capital")]
    document = chat("groq", reply(text, citation(document="d1", quote="the"))).json["choices"][0]["message"]["annotations"]
    assert document == [
        {"type": "document_citation", "document_citation": {"document_id": "d1", "start_index": 15, "end_index": 18}}
    ]


@pytest.mark.parametrize("who", ["xai", "perplexity"])
def test_a_stream_tells_its_sources_at_its_end(who: str) -> None:
    said = reply("Paris is the capital.", PAGE)
    told = [chunk.get("citations") for chunk in chunks(chat(who, said, stream=True)) if chunk["choices"]]
    assert told[-1] == ["https://example.org/paris"]
    assert not any(told[:-1])


def test_a_sound_is_said_where_one_is_asked_for() -> None:
    said = audio(b"RIFF", transcript="Hello.")
    with pytest.raises(CannotSay, match="cannot say audio"):
        chat("openai", said, modalities=["text"])
    message = chat("openai", said, modalities=["text", "audio"]).json["choices"][0]["message"]
    assert message["content"] is None
    assert (message["audio"]["data"], message["audio"]["transcript"]) == ("UklGRg==", "Hello.")


def test_an_image_is_a_data_url() -> None:
    images = chat("openrouter", image(b"PNG", "image/png")).json["choices"][0]["message"]["images"]
    assert [one["image_url"]["url"] for one in images] == ["data:image/png;base64,UE5H"]


#: How a message says nothing but a tool call.
SILENT: Mapping[str, Any] = {"openai": None, "together": "", "mistral": "", "openrouter": "", "compatible": None, "zai": ""}


@pytest.mark.parametrize("who", [*SILENT, "groq", "cerebras"])
def test_a_tool_call_alone_leaves_the_content_as_the_provider_does(who: str) -> None:
    message = chat(who, tool_call("now")).json["choices"][0]["message"]
    assert message.get("content", "absent") == SILENT.get(who, "absent")


@pytest.mark.parametrize(
    ("who", "keys"),
    [
        ("openai", "id type function"),
        ("groq", "id type function"),
        ("mistral", "id index function"),
        ("openrouter", "id type index function"),
        ("together", "id type index function"),
    ],
)
def test_a_tool_call_has_the_providers_keys(who: str, keys: str) -> None:
    calls = chat(who, reply(tool_call("a"), tool_call("b"))).json["choices"][0]["message"]["tool_calls"]
    assert [{*call} for call in calls] == [{*keys.split()}] * 2
    assert [call.get("index") for call in calls] == ([0, 1] if "index" in keys else [None, None])


@pytest.mark.parametrize("include", [False, True])
@every_provider
def test_a_stream_tells_its_usage_where_the_provider_does(who: str, include: bool) -> None:
    said = reply("Hi", usage={"input": 70, "output": 7, "cached": 20})
    found = list(chunks(chat(who, said, stream=True, stream_options={"include_usage": include})))
    told = [index for index, chunk in enumerate(found) if chunk.get("usage")]
    own = who in ("xai", "openrouter")
    last = who in {"together", "mistral", "deepseek", "cerebras", "fireworks", "perplexity", "zai", "writer",
                   "huggingface for together", "databricks"}  # fmt: skip
    assert told == ([len(found) - 1] if own or last or include else [])
    if told:
        usage = found[-1]["usage"]
        assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (70, 7, 77)
        assert bool(found[-1]["choices"]) is last
    if who == "groq":
        assert [chunk["x_groq"]["usage"]["total_tokens"] for chunk in found if "usage" in chunk.get("x_groq", {})] == [77]


@every_provider
def test_usage_adds_up_on_every_surface(who: str) -> None:
    said = reply("Paris.", usage={"input": 70, "output": 9, "cached": 20, "reasoning": 5})
    for _ in range(3):
        usage = chat(who, said).json["usage"]
        assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (70, 9, 79)
        details = usage.get("prompt_tokens_details", {}), usage.get("completion_tokens_details", {})
        assert details[0].get("cached_tokens", 20) == 20
        assert details[1].get("reasoning_tokens", 5) == 5
    if who == "deepseek":
        assert (usage["prompt_cache_hit_tokens"], usage["prompt_cache_miss_tokens"]) == (20, 50)


@pytest.mark.parametrize("reason", sorted(FINISHES))
@every_provider
def test_a_finish_reason_is_the_providers_word_or_refused(who: str, reason: str) -> None:
    name = {"azure v1": "azure", "azure inference": "azure", "huggingface for together": "together"}.get(who, who)
    said = reply("Hi", finish=reason)
    word = FLAVOURS[name].finishes.get(reason) if name in FLAVOURS else FLAVOURS["openai"].finishes.get(reason)
    if word is None:
        with pytest.raises(CannotSay, match=f"the finish reason '{reason}'"):
            chat(who, said)
        return
    assert chat(who, said).json["choices"][0]["finish_reason"] == word
    last = [chunk for chunk in chunks(chat(who, said, stream=True)) if chunk["choices"]][-1]
    assert last["choices"][0]["finish_reason"] == word


def test_azure_tells_what_its_filter_found() -> None:
    body = chat("azure", reply("Hi", finish="content_filter")).json
    assert body["prompt_filter_results"][0]["content_filter_results"]["hate"] == {"filtered": False, "severity": "safe"}
    assert body["prompt_filter_results"][0]["content_filter_results"]["jailbreak"] == {"filtered": False, "detected": False}
    assert body["choices"][0]["content_filter_results"]["violence"] == {"filtered": True, "severity": "high"}
    assert body["choices"][0]["content_filter_results"]["protected_material_code"] == {"filtered": False, "detected": False}
    assert chat("azure", tool_call("get_weather")).json["choices"][0]["content_filter_results"] == {}
    first, *others, last = chunks(chat("azure", "Hello", stream=True))
    assert (first["id"], first["choices"], len(first["prompt_filter_results"])) == ("", [], 1)
    assert all(chunk["choices"][0]["content_filter_results"] == {} for chunk in others)
    assert last["choices"][0]["content_filter_results"]["hate"]["filtered"] is False


def test_every_choice_of_n_is_there_in_every_flavour() -> None:
    for who in CHATS:
        said = reply("Let me look.", tool_call("now"))
        assert [one["index"] for one in chat(who, said, n=3).json["choices"]] == [0, 1, 2]
        finishes = [
            choice["index"]
            for chunk in chunks(chat(who, said, n=3, stream=True))
            for choice in chunk["choices"]
            if choice["finish_reason"]
        ]
        assert finishes == [0, 1, 2]


def test_an_event_of_ones_own_stands_where_it_was_put() -> None:
    said = reply("Once ", stream_event({"type": "from_the_future"}), "upon")
    assert {"type": "from_the_future"} in list(chunks(chat("openai", said, stream=True)))


def test_chunks_are_padded_unless_that_is_declined() -> None:
    assert all(chunk["obfuscation"] for chunk in chunks(chat("openai", "Hi", stream=True)))
    plain = chat("openai", "Hi", stream=True, stream_options={"include_obfuscation": False})
    assert not any("obfuscation" in chunk for chunk in chunks(plain))


@pytest.mark.parametrize(("asked", "tier"), [(None, "default"), ("auto", "default"), ("flex", "flex"), ("priority", "priority")])
def test_the_service_tier_is_the_one_that_was_asked_for(asked: str | None, tier: str) -> None:
    assert chat("openai", "Hi", service_tier=asked).json["service_tier"] == tier
    assert {chunk["service_tier"] for chunk in chunks(chat("openai", "Hi", stream=True, service_tier=asked))} == {tier}


@every_provider
def test_ids_differ_from_call_to_call_and_are_the_same_in_the_next_run(who: str) -> None:
    def ids() -> list[Any]:
        llm = Interceptor(tool_call("now"))
        bodies = [ask(llm, CHATS[who], {"model": "m", "messages": [{"role": "user", "content": "?"}]}).json for _ in range(4)]
        return [(body["id"], body["choices"][0]["message"]["tool_calls"][0]["id"]) for body in bodies]

    found = ids()
    assert len({one for pair in found for one in pair}) == 8
    assert "\\u0000" not in json.dumps(found)
    assert ids() == found


#: Pairs of requests that differ in what an answer shows.
VARIANTS: Mapping[str, tuple[Any, Mapping[str, Any], Mapping[str, Any]]] = {
    "functions": (tool_call("f"), {"functions": [{"name": "f"}]}, {"tools": [{"type": "function", "function": {"name": "f"}}]}),
    "custom": (tool_call("f"), {"tools": [{"type": "custom", "custom": {"name": "f"}}]}, {}),
    "logprobs": ("Hi", {"logprobs": True}, {}),
    "top_logprobs": ("Hi", {"logprobs": True, "top_logprobs": 2}, {"logprobs": True, "top_logprobs": 3}),
    "service_tier": ("Hi", {"service_tier": "flex"}, {"service_tier": "priority"}),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_one_reply_says_to_each_call_what_that_asks_for(name: str) -> None:
    said, *requests = VARIANTS[name]
    given = reply(said)
    llm = Interceptor(given)
    for _ in range(3):
        for more in requests:
            request = {"model": "m", "messages": [{"role": "user", "content": "?"}], **more}
            once = Interceptor(reply(said))
            ours, anew = (ask(one, CHATS["openai"], request).json["choices"] for one in (llm, once))
            for choices in (ours, anew):
                for call in choices[0]["message"].get("tool_calls", ()):
                    call.pop("id")
            assert ours == anew


def test_one_reply_says_to_each_provider_what_that_says() -> None:
    llm = Interceptor(reply("Hi"))
    for _ in range(3):
        bodies = {who: ask(llm, CHATS[who], {"model": "m", "messages": [{"role": "user", "content": "?"}]}).json for who in CHATS}
        assert "x_groq" in bodies["groq"]
        assert "prompt" in bodies["huggingface for together"]
        assert "prompt" not in bodies["huggingface"]
        assert "service_tier" not in bodies["mistral"]
