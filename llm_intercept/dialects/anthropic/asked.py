"""What an answer reads of its request, besides its model: where it stops, where its code runs, which documents it may cite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from llm_intercept.call import Call

__all__ = ["Asked", "Skill", "asked_of"]


class Skill(NamedTuple):
    """A skill that is loaded into a container."""

    skill_id: str
    type: str
    version: str


class Asked(NamedTuple):
    """All that an answer reads of its request: hashable, so that answers to equal ones are equal.

    `stop` is the first stop sequence that was asked for, the one at which a completion stops that stops at one. `contained` is
    whether a container is named, `container` its id and `skills` what is loaded there. `edited` is whether the context is to be
    edited, `geo` and `speed` where and how fast inference is to run. `documents` tells requests apart that bring documents along.
    """

    stop: str | None = None
    contained: bool = False
    container: str | None = None
    skills: tuple[Skill, ...] = ()
    edited: bool = False
    geo: str = "not_available"
    speed: str | None = None
    documents: int = 0


_NOTHING = Asked()

#: The keys of which something is read.
_KEYS = frozenset({"stop_sequences", "container", "context_management", "inference_geo", "speed"})


def asked_of(call: Call) -> Asked:
    """What the answer to a call reads of it."""
    # To look for the words takes next to no time, to look through every message takes longer than all the rest.
    body = call.request.body
    documents = hash(body) if b"document" in body or b"search_result" in body else 0
    given = call.parameters
    if _KEYS.isdisjoint(given):
        return Asked(documents=documents) if documents else _NOTHING
    stops, container, geo, speed = map(given.get, ("stop_sequences", "container", "inference_geo", "speed"))
    return Asked(
        stop=str(stops[0]) if isinstance(stops, list) and stops else None,
        contained=container is not None,
        container=_id(container),
        skills=_skills(container),
        edited=given.get("context_management") is not None,
        geo=geo if isinstance(geo, str) else _NOTHING.geo,
        speed=speed if isinstance(speed, str) else None,
        documents=documents,
    )


def _id(container: Any) -> str | None:
    match container:
        case str(given) | {"id": str(given)}:
            return given
        case _:
            return None


def _skills(container: Any) -> tuple[Skill, ...]:
    match container:
        case {"skills": [*skills]}:
            return tuple([_skill(skill) for skill in skills if isinstance(skill, Mapping)])
        case _:
            return ()


def _skill(given: Mapping[str, Any]) -> Skill:
    return Skill(str(given.get("skill_id", "")), str(given.get("type", "anthropic")), str(given.get("version", "latest")))
