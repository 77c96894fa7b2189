"""Every reply posted to every kind, and what its judge said of every document."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, NamedTuple

from llm_intercept import CannotSay, Interceptor
from tests.judges import Judge
from tests.majors.decoding import documents
from tests.majors.kinds import KINDS, Kind
from tests.majors.replies import REPLIES

__all__ = ["PARTS", "Judged", "installed", "judged", "major"]

PARTS = ("body", "event")


class SDK(NamedTuple):
    """A distribution, and what is imported of it."""

    distribution: str
    module: str


SDKS: Mapping[str, SDK] = {
    "openai": SDK("openai", "openai"),
    "anthropic": SDK("anthropic", "anthropic"),
    "google": SDK("google-genai", "google.genai"),
    "groq": SDK("groq", "groq"),
    "together": SDK("together", "together"),
    "huggingface": SDK("huggingface-hub", "huggingface_hub"),
    "bedrock": SDK("botocore", "botocore"),
    "cohere": SDK("cohere", "cohere"),
    "mistralai": SDK("mistralai", "mistralai"),
    "ollama": SDK("ollama", "ollama"),
}


def installed(sdk: str) -> bool:
    """Whether there is such an SDK."""
    name = SDKS[sdk].module
    parents = name.split(".")
    return all(find_spec(".".join(parents[:depth])) is not None for depth in range(1, len(parents) + 1))


@cache
def major(sdk: str) -> int:
    """The major of the SDK that is installed."""
    return int(version(SDKS[sdk].distribution).partition(".")[0])


@dataclass
class Judged:
    """What came of one kind's bodies, or events: each finding with where it was found first."""

    documents: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    unsaid: dict[str, str] = field(default_factory=dict)


@cache
def judged(name: str, part: str) -> Judged:
    """Every reply and every request of a kind."""
    kind = KINDS[name]
    judge: Judge = importlib.import_module(f"tests.judges.{kind.sdk}").JUDGES[f"{kind.judge} {part}"]
    found = Judged()
    for said, given in {**REPLIES, **kind.own}.items():
        refused: dict[str, str] = {}
        for asked in ("plain", *kind.more):
            try:
                answered = _posted(kind, asked, part, given)
            except CannotSay as why:
                refused[asked] = str(why).splitlines()[0]
                continue
            for document in answered:
                _judge(judge, document, f"{asked}, {said}", found)
        if refused:
            unless = [asked for asked in ("plain", *kind.more) if asked not in refused]
            found.unsaid[f"{said}, unless asked for: {', '.join(unless)}" if unless else said] = next(iter(refused.values()))
    return found


def _judge(judge: Judge, document: Any, where: str, found: Judged) -> None:
    found.documents += 1
    try:
        unknown = judge.check(json.dumps(document).encode())
    except ValueError as why:
        # Where, and the value; not what stands there instead, which is longer with each release.
        found.refused.setdefault(str(why).splitlines()[0].partition(" is n")[0], f"{where}: {why}: {json.dumps(document)}")
        return
    for path in unknown:
        found.unknown.setdefault(path, f"{where}: {json.dumps(document)}")


def _posted(kind: Kind, asked: str, part: str, said: Any) -> list[Any]:
    """The documents of an answer, over the HTTP library that is there."""
    url, body = kind.request(asked, part)
    name = "httpx2" if find_spec("httpx2") else "httpx"
    transport = getattr(Interceptor(said), f"{name}_transport")
    with importlib.import_module(name).Client(transport=transport, trust_env=False) as client:
        response = client.post(url, json=body, headers={"accept": kind.accept})
        assert response.status_code == 200, f"{url}, {asked}: {response.text}"
        return documents(response.headers["content-type"], response.content)
