"""Every wire that lists models: some are listed, any is known by its name, and what was deleted here is gone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from llm_intercept import Interceptor, error
from llm_intercept.reach import recognise
from tests.operations.asking import ask

WATSONX = "https://us-south.ml.cloud.ibm.com/ml/v1/foundation_model_specs"
VERTEX = "https://us-central1-aiplatform.googleapis.com/v1beta1/publishers/google/models"


def _data(answer: Any) -> list[Any]:
    return list(answer["data"])


def _models(answer: Any) -> list[Any]:
    return list(answer["models"])


#: Where a list is, where it has its cards, what a card calls a model, and what stands before the name.
LISTS: dict[str, tuple[str, Callable[[Any], list[Any]], str, str]] = {
    "openai": ("https://api.openai.com/v1/models", _data, "id", ""),
    "azure": ("https://r.openai.azure.com/openai/models?api-version=2024-10-21", _data, "id", ""),
    "azure v1": ("https://r.openai.azure.com/openai/v1/models", _data, "id", ""),
    "anthropic": ("https://api.anthropic.com/v1/models", _data, "id", ""),
    "gemini": ("https://generativelanguage.googleapis.com/v1beta/models", _models, "name", "models/"),
    "gemini as openai": ("https://generativelanguage.googleapis.com/v1beta/openai/models", _data, "id", "models/"),
    "vertex": (VERTEX, lambda answer: list(answer["publisherModels"]), "name", "publishers/google/models/"),
    "mistral": ("https://api.mistral.ai/v1/models", _data, "id", ""),
    "cohere": ("https://api.cohere.com/v1/models", _models, "name", ""),
    "cohere as openai": ("https://api.cohere.ai/compatibility/v1/models", _data, "id", ""),
    "groq": ("https://api.groq.com/openai/v1/models", _data, "id", ""),
    "together": ("https://api.together.xyz/v1/models", list, "id", ""),
    "fireworks": ("https://api.fireworks.ai/inference/v1/models", _data, "id", ""),
    "deepseek": ("https://api.deepseek.com/models", _data, "id", ""),
    "xai": ("https://api.x.ai/v1/models", _data, "id", ""),
    "openrouter": ("https://openrouter.ai/api/v1/models", _data, "id", ""),
    "cerebras": ("https://api.cerebras.ai/v1/models", _data, "id", ""),
    "perplexity": ("https://api.perplexity.ai/v1/models", _data, "id", ""),
    "writer": ("https://api.writer.com/v1/models", _models, "id", ""),
    "ollama as openai": ("http://localhost:11434/v1/models", _data, "id", ""),
    "lmstudio": ("http://localhost:1234/v1/models", _data, "id", ""),
    "vllm": ("http://localhost:8000/v1/models", _data, "id", ""),
    "dashscope": ("https://dashscope.aliyuncs.com/compatible-mode/v1/models", _data, "id", ""),
    "huggingface": ("https://router.huggingface.co/v1/models", _data, "id", ""),
}
every_list = pytest.mark.parametrize("name", LISTS)


@every_list
def test_some_models_are_listed_and_any_is_known_by_its_name(name: str) -> None:
    url, cards, key, before = LISTS[name]
    llm = Interceptor()
    listed = cards(ask(llm, url).json)
    assert len({card[key] for card in listed}) == len(listed) >= 2
    assert all(card[key].startswith(before) for card in listed)
    path, _, query = url.partition("?")
    one = ask(llm, f"{path}/{before * (name == 'gemini as openai')}mine-1?{query}").json
    assert one[key] == f"{before}mine-1"
    assert one.keys() == listed[0].keys() or name in ("gemini", "cohere")
    assert [entry.operation for entry in llm.calls] == ["models", "models"]
    assert ask(Interceptor(seed=4), url).text == ask(llm, url).text


@every_list
def test_a_rule_may_say_it_all(name: str) -> None:
    llm = Interceptor()
    llm.on("hello").reply("Hi.")
    llm.on(operation="models").replies({"mine": 1}, error(401))
    url = LISTS[name][0]
    assert ask(llm, url).json == {"mine": 1}
    assert ask(llm, url).status == 401
    assert ask(llm, url).status == 200


@pytest.mark.parametrize("host", ["https://api.openai.com/v1", "https://api.mistral.ai/v1"])
def test_what_was_deleted_here_is_gone_and_what_never_was_cannot_go(host: str) -> None:
    llm = Interceptor()
    first = ask(llm, f"{host}/models").json["data"][0]["id"]
    for name in (first, "ft:gpt-4o:mine:suffix:abc123"):
        deleted = ask(llm, f"{host}/models/{name}", method="DELETE")
        assert deleted.json == {"id": name, "object": "model", "deleted": True}
        assert llm.calls[-1].operation == "delete"
    assert ask(llm, f"{host}/models/{first}").status == 404
    assert first not in ask(llm, f"{host}/models").text
    assert ask(llm, f"{host}/models/ft:gpt-4o:mine:suffix:abc123").status == 200
    llm.override(operation="delete").reply(error(403))
    second = ask(llm, f"{host}/models").json["data"][0]["id"]
    assert ask(llm, f"{host}/models/{second}", method="DELETE").status == 403
    assert ask(llm, f"{host}/models/{second}").status == 200


def _ids(answer: Any) -> list[str]:
    return [card["id"] for card in answer["data"]]


def test_anthropics_pages_go_forth_and_back() -> None:
    llm, url = Interceptor(), "https://api.anthropic.com/v1/models"
    every = _ids(ask(llm, url).json)
    first = ask(llm, f"{url}?limit=2").json
    assert (_ids(first), first["has_more"], first["first_id"], first["last_id"]) == (every[:2], True, every[0], every[1])
    after = ask(llm, f"{url}?limit=100&after_id={every[1]}").json
    assert (_ids(after), after["has_more"]) == (every[2:], False)
    before = ask(llm, f"{url}?limit=2&before_id={every[3]}").json
    assert (_ids(before), before["has_more"]) == (every[1:3], True)
    past = ask(llm, f"{url}?after_id={every[-1]}").json
    assert (past["data"], past["first_id"], past["last_id"]) == ([], None, None)


@pytest.mark.parametrize(
    ("url", "size", "token", "following", "key"),
    [
        ("https://generativelanguage.googleapis.com/v1beta/models", "pageSize", "pageToken", "nextPageToken", "models"),
        (VERTEX, "pageSize", "pageToken", "nextPageToken", "publisherModels"),
        ("https://api.cohere.com/v1/models", "page_size", "page_token", "next_page_token", "models"),
    ],
)
def test_pages_lead_to_each_other(url: str, size: str, token: str, following: str, key: str) -> None:
    llm = Interceptor()
    every = ask(llm, url).json[key]
    found, next_ = [], ""
    while True:
        page = ask(llm, f"{url}?{size}=4&{token}={next_}").json
        found += page[key]
        if following not in page:
            break
        next_ = page[following]
    assert found == every


def test_coheres_models_by_what_they_serve() -> None:
    found = ask(Interceptor(), "https://api.cohere.com/v1/models?endpoint=rerank").json["models"]
    assert found
    assert all(card["endpoints"] == ["rerank"] for card in found)


def test_a_fine_tuned_model_tells_where_it_comes_from() -> None:
    mistral = ask(Interceptor(), "https://api.mistral.ai/v1/models/ft:open-mistral-7b:587a6b29:20240514:7e773925").json
    assert (mistral["type"], mistral["root"], mistral["job"][:9]) == ("fine-tuned", "open-mistral-7b", "7e773925-")
    openai = ask(Interceptor(), "https://api.openai.com/v1/models/ft:gpt-4o-mini:acemeco:suffix:abc123").json
    assert openai["owned_by"] == "user-acemeco"


def test_others_lists() -> None:
    llm = Interceptor()
    assert ask(llm, "https://api.replicate.com/v1/models").json["results"]
    one = ask(llm, "https://api.replicate.com/v1/models/meta/meta-llama-3-70b-instruct").json
    assert (one["owner"], one["name"]) == ("meta", "meta-llama-3-70b-instruct")
    whole = ask(llm, "https://dashscope.aliyuncs.com/api/v1/models?page_no=2&page_size=2").json["output"]
    assert (len(whole["models"]), whole["page_no"]) == (2, 2)
    assert ask(llm, "https://dashscope.aliyuncs.com/api/v1/models?model=x").json["output"]["models"][0]["model"] == "x"
    assert ask(llm, f"{WATSONX}?version=1").json["total_count"] > 2
    assert [card["model_id"] for card in ask(llm, f"{WATSONX}?filters=modelid_a/b&limit=1").json["resources"]] == ["a/b"]


OLLAMA = "http://localhost:11434/api"


def _tags(llm: Interceptor) -> list[str]:
    return [card["model"] for card in ask(llm, f"{OLLAMA}/tags").json["models"]]


def test_an_ollama_server_has_what_was_pulled_created_or_copied_and_not_what_was_deleted() -> None:
    llm = Interceptor()
    first = _tags(llm)[0]
    lines = [json.loads(line) for line in ask(llm, f"{OLLAMA}/pull", {"model": "phi4"}).text.splitlines()]
    assert lines[0] == {"status": "pulling manifest"}
    assert lines[-1] == {"status": "success"}
    assert [line["completed"] <= line["total"] for line in lines if "total" in line] == [True] * 3
    assert ask(llm, f"{OLLAMA}/create", {"model": "mine", "from": "phi4", "stream": False}).json == {"status": "success"}
    assert ask(llm, f"{OLLAMA}/copy", {"source": "phi4", "destination": "phi:14b"}).status == 200
    assert {"phi4:latest", "mine:latest", "phi:14b"} <= {*_tags(llm)}
    assert ask(llm, f"{OLLAMA}/push", {"name": "mine"}).text.splitlines()[-1] == '{"status":"success"}'
    assert ask(llm, f"{OLLAMA}/delete", {"model": first}, "DELETE").status == 200
    assert first not in _tags(llm)
    for path, body in (("show", {"model": first}), ("copy", {"source": first, "destination": "x"})):
        assert ask(llm, f"{OLLAMA}/{path}", body).json == {"error": f"model '{first}' not found"}
    ask(llm, f"{OLLAMA}/pull", {"model": first})
    assert _tags(llm).count(first) == 1
    assert ask(llm, f"{OLLAMA}/show", {"model": "any"}).json["model_info"]["general.architecture"] == "any"
    assert ask(llm, f"{OLLAMA}/show", {"name": "nomic-embed-text"}).json["capabilities"] == ["embedding"]
    assert len(ask(llm, f"{OLLAMA}/ps").json["models"]) == 1
    assert ask(llm, f"{OLLAMA}/version").json["version"]


def test_what_failed_is_not_there() -> None:
    llm = Interceptor()
    before = _tags(llm)
    for operation in ("pull", "copy", "delete"):
        llm.on(operation=operation).reply(error(500))
    ask(llm, f"{OLLAMA}/pull", {"model": "phi4"})
    ask(llm, f"{OLLAMA}/copy", {"source": before[0], "destination": "phi:14b"})
    ask(llm, f"{OLLAMA}/delete", {"model": before[0]}, "DELETE")
    assert _tags(llm) == before


@pytest.mark.parametrize(
    ("url", "body", "why"),
    [
        ("https://api.anthropic.com/v1/models?limit=0", None, "limit"),
        ("https://generativelanguage.googleapis.com/v1beta/models?pageSize=x", None, "page_size"),
        ("https://generativelanguage.googleapis.com/v1beta/models?pageToken=x", None, "page token"),
        ("https://api.cohere.com/v1/models?page_size=x", None, "page_size"),
        ("https://api.cohere.com/v1/models?page_token=x", None, "page_token"),
        ("https://dashscope.aliyuncs.com/api/v1/models?page_no=x", None, "page_no"),
        (f"{WATSONX}?limit=x", None, "limit"),
        (f"{OLLAMA}/show", {}, "model is required"),
        (f"{OLLAMA}/pull", {}, "invalid model name"),
        (f"{OLLAMA}/copy", {"source": "a"}, "source and destination"),
    ],
)
def test_what_is_malformed_is_refused(url: str, body: Any, why: str) -> None:
    answer = ask(Interceptor(), url, body)
    assert answer.status == 400
    assert why in answer.text


#: host, port, path, agent -> provider and endpoint, or None for what is left alone.
FOUND = [
    ("mine.test", None, "/v1/models", b"", None),
    ("mine.test", None, "/models", b"python-httpx/0.28", None),
    ("mine.test", None, "/api/tags", b"", None),
    ("mine.test", None, "/rerank", b"", None),
    ("huggingface.co", None, "/api/models", b"unknown/None; hf_hub/1.0; python/3.11", None),
    (
        "huggingface.co",
        None,
        "/api/models/meta-llama/Llama-3.3-70B-Instruct",
        b"unknown/None; hf_hub/1.0",
        (None, None),
    ),  # the hub's own
    ("mine.test", None, "/v1/models", b"OpenAI/Python 3.0.0", ("openai", "openai models")),
    ("mine.test", None, "/v1/models", b"AsyncAnthropic/Python 2.0.0", ("anthropic", "anthropic models")),
    ("mine.test", None, "/v1/models/a", b"cohere/5.0", ("cohere", "cohere model")),
    ("mine.test", None, "/v1beta/models", b"google-genai-sdk/2.0 gl-python/3.11", ("gemini", "gemini models")),
    ("mine.test", None, "/v1/models", b"google-genai-sdk/2.0 gl-python/3.11", ("gemini", "gemini models")),
    ("mine.test", None, "/api/tags", b"ollama-python/0.6.0", ("ollama", "ollama models")),
    ("mine.test", None, "/v1/models/a/b", b"replicate-python/1.0", ("openai", "openai model")),
    ("bedrock.us-east-1.amazonaws.com", None, "/foundation-models", b"Boto3/1.40", None),
    ("bedrock-agent-runtime.us-east-1.amazonaws.com", None, "/knowledgebases/K/retrieve", b"Boto3/1.40", None),
    ("router.huggingface.co", None, "/hf-inference/models/m/info", b"", ("huggingface", None)),
]


@pytest.mark.parametrize(("host", "port", "path", "agent", "expected"), FOUND)
def test_a_list_of_models_is_an_llm_call_where_an_llm_sdk_asks_for_it(
    host: str, port: int | None, path: str, agent: bytes, expected: tuple[str, str | None] | None
) -> None:
    found = recognise("GET" if path != "/rerank" else "POST", host, port, path, ((b"user-agent", agent),), ())
    assert (found and (found.provider, found.dialect and found.dialect.name)) == expected
