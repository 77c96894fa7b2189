"""Every wire that moderates: nothing is flagged unless a rule says so, in the fewest words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest

from llm_intercept import CannotSay, Interceptor, error, reply
from tests.operations.asking import ask

OPENAI, MISTRAL = "https://api.openai.com/v1/moderations", "https://api.mistral.ai/v1"


class Wire(NamedTuple):
    """How some texts are moderated, and how many categories are scored."""

    url: str
    body: Callable[[list[str]], Mapping[str, Any]]
    categories: int


WIRES = {
    "openai": Wire(OPENAI, lambda texts: {"input": texts}, 13),
    "openai former": Wire(OPENAI, lambda texts: {"input": texts, "model": "text-moderation-latest"}, 11),
    "compatible": Wire("http://localhost:8000/v1/moderations", lambda texts: {"input": texts, "model": "guard"}, 13),
    "mistral": Wire(f"{MISTRAL}/moderations", lambda texts: {"model": "mistral-moderation-latest", "input": texts}, 11),
    "mistral former": Wire(f"{MISTRAL}/moderations", lambda texts: {"model": "mistral-moderation-2411", "input": texts}, 9),
    "mistral chat": Wire(
        f"{MISTRAL}/chat/moderations",
        lambda texts: {
            "model": "mistral-moderation-latest",
            "input": [[{"role": "user", "content": text[:1]}, {"role": "assistant", "content": text[1:]}] for text in texts],
        },
        11,
    ),
}
TEXTS = ["Hello there.", "I will kill them.", "Hello there."]

every_wire = pytest.mark.parametrize("name", WIRES)


def moderated(llm: Interceptor, name: str, texts: list[str] = TEXTS) -> list[Any]:
    answer = ask(llm, WIRES[name].url, WIRES[name].body(texts))
    assert answer.status == 200
    results: list[Any] = answer.json["results"]
    return results


@every_wire
def test_nothing_is_flagged_and_the_scores_are_small_and_the_texts_own(name: str) -> None:
    results = moderated(Interceptor(), name)
    assert len(results) == len(TEXTS)
    for result in results:
        assert len(result["categories"]) == WIRES[name].categories
        assert result["categories"].keys() == result["category_scores"].keys()
        assert not any(result["categories"].values())
        assert not result.get("flagged")
        assert all(0 < score < 0.01 for score in result["category_scores"].values())
    assert results[0] == results[2] != results[1]
    assert moderated(Interceptor(seed=9), name) == results


@every_wire
@pytest.mark.parametrize("category", ["violence", "Hate", "self-harm"])
def test_a_rule_flags_a_category_of_every_input_whoever_is_asked(name: str, category: str) -> None:
    llm = Interceptor()
    llm.on(operation="moderation").reply({category: 0.9})
    usual = moderated(Interceptor(), name)
    for result, before in zip(moderated(llm, name), usual, strict=True):
        (flagged,) = (name for name, is_flagged in result["categories"].items() if is_flagged)
        assert flagged.replace("_", "").replace("-", "").startswith(category.lower().replace("-", ""))
        assert result["category_scores"] == {**before["category_scores"], flagged: 0.9}
        assert result.get("flagged", True)


@every_wire
def test_several_objects_are_for_an_input_each_and_half_is_where_flags_begin(name: str) -> None:
    llm = Interceptor()
    llm.on(operation="moderation").reply({"violence": 0.5}, {"violence": 0.49}, {"sexual": True})
    results = moderated(llm, name)
    assert [sum(result["categories"].values()) for result in results] == [1, 0, 1]
    assert results[2]["category_scores"]["sexual"] == 1.0


@every_wire
def test_a_rule_about_the_text_flags_that_text_alone(name: str) -> None:
    llm = Interceptor()
    llm.on(operation="moderation", where=lambda call: "kill" in call.prompt).reply({"violence": 1})
    llm.on("kill").reply("No.")
    assert any(moderated(llm, name, ["I will kill them."])[0]["categories"].values())
    assert not any(moderated(llm, name, ["Hello there."])[0]["categories"].values())


@every_wire
def test_a_whole_body_an_error_and_a_model_can_be_said(name: str) -> None:
    llm = Interceptor()
    llm.on(operation="moderation").replies({"results": []}, error(429, "Slow down."), reply({"violence": 0.9}, model="other"))
    wire = WIRES[name]
    assert ask(llm, wire.url, wire.body(TEXTS)).json == {"results": []}
    assert ask(llm, wire.url, wire.body(TEXTS)).status == 429
    assert ask(llm, wire.url, wire.body(TEXTS)).json["model"] == "other"


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([{"violens": 0.9}], r"the category 'violens'; did you mean 'violence'\?"),
        ([{"violence": 0.9}, {"violence": 0.9}], "2 objects of scores for 3 inputs; give one for all of them, or one each"),
        ([{"violence": 0.9}, {"violence": "high"}], r'\{"violence":"high"\} as scores; they are numbers from 0 to 1'),
        (["flagged"], "its answer is one object, or an error"),
    ],
)
def test_what_are_no_scores_cannot_be_said(parts: list[Any], why: str) -> None:
    llm = Interceptor()
    llm.on(operation="moderation").reply(*parts)
    with pytest.raises(CannotSay, match=f"openai moderation cannot say .*{why}"):
        moderated(llm, "openai")
    llm.failures.clear()


@pytest.mark.parametrize(
    ("parts", "text", "applied"),
    [
        ([{"type": "text", "text": "a b"}], "a b", {"hate": ["text"], "violence": ["text"]}),
        ([{"type": "image_url", "image_url": {"url": "https://x.test/i.png"}}], "", {"hate": [], "violence": ["image"]}),
        (
            [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}],
            "a",
            {"hate": ["text"], "violence": ["text", "image"]},
        ),
    ],
)
def test_texts_and_images_are_one_input_together(parts: list[Any], text: str, applied: Mapping[str, Any]) -> None:
    llm = Interceptor()
    (result,) = ask(llm, OPENAI, {"input": parts, "model": "omni-moderation-latest"}).json["results"]
    assert applied.items() <= result["category_applied_input_types"].items()
    assert llm.calls.one.prompt == text


def test_what_an_application_trained_is_scored_evenly() -> None:
    for path, given in (
        ("classifications", ["a", "b"]),
        ("chat/classifications", [{"messages": [{"role": "user", "content": "a"}]}] * 2),
    ):
        llm = Interceptor()
        results = ask(llm, f"{MISTRAL}/{path}", {"model": "ft:classifier:x", "input": given}).json["results"]
        assert len(results) == 2
        assert all(sum(target["scores"].values()) == 1 for result in results for target in result.values())
        assert llm.calls.one.operation == "classification"


CHAT = f"{MISTRAL}/chat/moderations"


@pytest.mark.parametrize(
    ("given", "prompts"),
    [
        ([{"role": "user", "content": "a"}, {"role": "tool"}], ["a\n"]),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, "b", {"type": "text", "text": "c"}]}]}, ["ac"]),
        ([], [""]),
    ],
)
def test_a_conversation_is_one_input(given: Any, prompts: list[str]) -> None:
    llm = Interceptor()
    ask(llm, CHAT, {"model": "m", "input": given})
    assert [message.text for message in llm.calls.one.messages] == prompts


@pytest.mark.parametrize(
    ("url", "body", "status", "why"),
    [
        (OPENAI, {}, 400, "Missing required parameter: 'input'."),
        (OPENAI, {"input": 3}, 400, "Invalid type for 'input'"),
        (OPENAI, {"input": ["a", 3]}, 400, "Invalid type for 'input'"),
        (OPENAI, {"input": []}, 400, "empty array"),
        (OPENAI, {"input": "a", "model": 3}, 400, "Invalid type for 'model'"),
        (OPENAI, {"input": [{}]}, 400, "input[0].type"),
        (OPENAI, {"input": [{"type": "sound"}]}, 400, "Supported values are"),
        (OPENAI, {"input": [{"type": "text"}]}, 400, "input[0].text"),
        (OPENAI, {"input": [{"type": "image_url", "image_url": {}}]}, 400, "input[0].image_url.url"),
        (OPENAI, {"input": [{"type": "text", "text": "a"}], "model": "text-moderation-latest"}, 400, "texts alone"),
        (OPENAI, b"{", 400, "could not parse"),
        (f"{MISTRAL}/moderations", {"input": "a"}, 422, "Field required"),
        (f"{MISTRAL}/moderations", {"model": "m", "input": [3]}, 422, "Input should be a valid string"),
        (CHAT, {"model": "m", "input": 3}, 422, "Input should be a valid list"),
        (CHAT, {"model": "m", "input": [[3]]}, 422, "Input should be a valid list"),
    ],
)
def test_what_is_malformed_is_refused_in_the_providers_words(url: str, body: Any, status: int, why: str) -> None:
    answer = ask(Interceptor(), url, body)
    assert answer.status == status
    assert why in answer.text
