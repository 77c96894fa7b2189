"""What an answer must be, as most providers ask for it: a response format, or what a server of one's own is told beside it.

References: https://platform.openai.com/docs/guides/structured-outputs, https://docs.fireworks.ai/structured-responses,
https://huggingface.co/docs/text-generation-inference/guidance, https://docs.vllm.ai/en/latest/features/structured_outputs/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from llm_intercept.framing.json import load, to_bytes

__all__ = ["ANYTHING", "OBJECT", "Wanted", "formatted", "wanted_of"]


class Wanted(NamedTuple):
    """The JSON schema that the answer must fit, None for any text; and whether it is `bare`: the value itself, not its JSON."""

    schema: Mapping[str, Any] | None = None
    bare: bool = False


ANYTHING: Final = Wanted()

#: What JSON mode wants, where no schema says more.
OBJECT: Final = Wanted({"type": "object"})

#: What stands beside a schema in its envelope; with anything else in it, an envelope is the schema itself.
_ENVELOPE = frozenset({"name", "description", "strict", "schema", "schema_definition"})


def formatted(given: Any) -> Wanted:
    """What a response format wants."""
    match given:
        case {"type": "text" | "grammar"}:
            return ANYTHING
        case {"json_schema": {"schema": dict(schema)} | {"schema_definition": dict(schema)}}:
            return Wanted(schema)
        case {"json_schema": dict(schema)} if not schema.keys() <= _ENVELOPE:  # Fireworks, Writer, Cohere
            return Wanted(schema)
        case {"type": "json_schema", "value": {"schema": dict(schema)}} | {"type": "json", "value": dict(schema)}:  # Hugging Face
            return Wanted(schema)
        case {"schema": dict(schema)}:  # responses, Together
            return Wanted(schema)
        case {"type": "regex", "value": str(pattern)} | {"pattern": str(pattern)} | {"regex": {"regex": str(pattern)}}:
            return _matching(pattern)
        case {"type": "json_object" | "json_schema" | "json"}:
            return OBJECT
        case _:
            return ANYTHING


#: The keys by which servers of one's own are told: vLLM's, of now and of before, NVIDIA's, llama.cpp's and SGLang's.
_SERVED = frozenset({"structured_outputs", "guided_json", "guided_choice", "guided_regex", "nvext", "json_schema", "regex"})


def wanted_of(body: Mapping[str, Any]) -> Wanted:
    """What a body wants: by its response format, or by keys of its own."""
    if body.get("response_format") is not None:
        return formatted(body["response_format"])
    if _SERVED.isdisjoint(body):
        return ANYTHING
    for key in ("structured_outputs", "nvext"):
        inner = body.get(key)
        if isinstance(inner, dict):
            return _told({**inner, "guided_json": inner.get("json") or inner.get("guided_json")})
    return _told({**body, "guided_json": body.get("guided_json") or body.get("json_schema")})


def _told(keys: Mapping[str, Any]) -> Wanted:
    match keys:
        case {"guided_json": dict(schema)}:
            return Wanted(schema)
        case {"guided_json": str(text)}:
            return _written(text)
        case {"guided_choice": list(choices)} | {"choice": list(choices)}:
            return _one_of(choices)
        case {"guided_regex": str(pattern)} | {"regex": str(pattern)}:
            return _matching(pattern)
        case {"json_object": True}:
            return OBJECT
        case _:
            return ANYTHING


def _written(text: str) -> Wanted:
    """A schema that stands in a string."""
    try:
        schema = load(to_bytes(text))
    except ValueError:
        return ANYTHING
    return Wanted(schema) if isinstance(schema, dict) else ANYTHING


def _matching(pattern: str) -> Wanted:
    """A text that a regular expression matches whole."""
    return Wanted({"type": "string", "pattern": f"^(?:{pattern})$"}, bare=True)


def _one_of(choices: list[Any]) -> Wanted:
    """One of some texts."""
    return Wanted({"type": "string", "enum": choices}, bare=True)
