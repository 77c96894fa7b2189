"""Every body validates strictly against the SDKs' own models, and has what every recorded one has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from llm_intercept import Interceptor, error
from llm_intercept.doctor.judges import Judge, judges_of
from tests.embeddings.wires import IMAGE, ask
from tests.shapes import compare, kind

TEXTS = ("Hello, world!", "Capital of France?")


class Judged(NamedTuple):
    """A wire, the SDK that has its model, what the body is called there, more of the request, and paths that the model lacks."""

    name: str
    sdk: str
    body: str = "embeddings body"
    more: Mapping[str, Any] = {}
    unknown: tuple[str, ...] = ()


#: vLLM and those who run it have an id, a time and details; Mistral and OpenRouter have more usage.
SERVED = ("created", "id", "usage.completion_tokens", "usage.prompt_tokens_details")

JUDGED = [
    Judged("openai", "openai"),
    Judged("azure deployment", "openai"),
    Judged("azure v1", "openai"),
    Judged("fireworks", "openai"),
    Judged("groq", "groq"),
    Judged("groq", "openai"),
    Judged("together", "together"),
    Judged("nebius", "openai", unknown=SERVED),
    Judged("dashscope v1", "openai", unknown=("id",)),
    Judged("openrouter", "openai", unknown=("id", "provider", "usage.cost")),
    Judged("mistral", "mistralai"),
    Judged("cohere", "cohere", "v2 embed body"),
    Judged("cohere", "cohere", "v2 embed body", {"embedding_types": ["float", "int8", "uint8", "binary", "ubinary", "base64"]}),
    Judged("cohere", "cohere", "v2 embed body", {"images": [IMAGE]}),
    Judged("cohere before", "cohere", "v1 embed body"),
    Judged("cohere before", "cohere", "v1 embed body", {"embedding_types": ["float", "int8"]}),
    Judged("ollama", "ollama", "embed body"),
    Judged("ollama before", "ollama", "embeddings body"),
    Judged("gemini batch", "google", "embed body", unknown=("usageMetadata.promptTokenDetails",)),
]


def judged(case: Judged) -> Judge:
    """The judge, if its SDK is installed and has such a model."""
    try:
        return judges_of(case.sdk)[case.body]
    except (ImportError, AttributeError) as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("case", JUDGED, ids=lambda one: f"{one.name} {one.sdk} {[*one.more]}")
def test_the_sdks_own_model_has_the_body(case: Judged) -> None:
    answer = ask(Interceptor(), case.name, TEXTS, **case.more)
    unknown = judged(case).check(json.dumps(answer.json).encode())
    assert tuple(sorted({path.replace("[].modality", "").partition("[")[0] for path in unknown})) == case.unknown


#: The recorded operations, and the wire that each is.
RECORDED = {
    ("bedrock", "invoke"): ("titan v2", "bedrock cohere v4", "nova"),
    ("cohere", "v2-embed"): ("cohere",),
    ("gemini", "batchembedcontents"): ("gemini batch",),
    ("vertex", "embedcontent"): ("vertex",),
    ("voyage", "v1-embeddings"): ("voyage",),
}


@pytest.mark.parametrize(
    ("provider", "operation", "name"), [(*recorded, name) for recorded, names in RECORDED.items() for name in names]
)
def test_a_body_has_what_every_recorded_one_has_and_nothing_that_is_ours_alone(provider: str, operation: str, name: str) -> None:
    answer = ask(Interceptor(), name, TEXTS[:1], **({"encoding_format": "base64"} if name == "voyage" else {}))
    compared = compare(kind(provider, operation, "body"), [answer.json])
    assert (compared.missing, compared.surplus) == ((), ())


@pytest.mark.parametrize("name", ["openai", "mistral", "cohere", "ollama", "gemini", "titan", "voyage", "huggingface", "watsonx"])
@pytest.mark.parametrize("status", [400, 401, 404, 422, 429, 500, 503])
def test_errors_are_those_of_the_providers_other_endpoints(name: str, status: int) -> None:
    llm = Interceptor()
    llm.on(operation="embeddings").reply(error(status, "Because."))
    answer = ask(llm, name, TEXTS[:1])
    assert answer.status == status
    assert "Because." in json.dumps(answer.json)
