"""What every request on OpenAI's wire has in common, and in which words the provider refuses what is malformed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import unquote

from llm_intercept.dialects.endpoint import Malformed
from llm_intercept.dialects.openai.flavour import Flavour
from llm_intercept.framing.json import load
from llm_intercept.wire import Request

__all__ = ["JSON_TYPES", "body_of", "choices", "few", "flag", "missing", "model_of", "options", "required", "wrong_type"]

_NOT_JSON = (
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. "
    "The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble figuring out how to fix "
    "this, please contact us through our help center at help.openai.com.)"
)

JSON_TYPES = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "an integer", float: "a decimal"}

#: Where a path names the model: an Azure deployment, a Databricks endpoint.
_NAMED = re.compile(r"/(?:deployments|serving-endpoints)/([^/]+)/")

_T = TypeVar("_T", str, dict[str, Any])


def _a(value: object) -> str:
    return JSON_TYPES.get(type(value), "null")


def missing(param: str) -> Malformed:
    """The refusal of a request that lacks a parameter."""
    return Malformed(f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter")


def wrong_type(param: str, expected: str, value: object) -> Malformed:
    """The refusal of a parameter of another type."""
    return Malformed(
        f"Invalid type for '{param}': expected {expected}, but got {_a(value)} instead.", param=param, code="invalid_type"
    )


def required(owner: Mapping[str, Any], key: str, kind: type[_T], where: str) -> _T:
    """The value of a key that must be there and of one type."""
    value = owner.get(key)
    if isinstance(value, kind):
        return value
    param = f"{where}.{key}"
    raise wrong_type(param, JSON_TYPES[kind], value) if key in owner else missing(param)


def body_of(request: Request) -> dict[str, Any]:
    """The body, which is an object."""
    try:
        body = load(request.body)
    except ValueError:
        raise Malformed(_NOT_JSON) from None
    if not isinstance(body, dict):
        raise Malformed(f"Invalid body: expected a JSON object, but got {_a(body)} instead.")
    return body


def model_of(body: Mapping[str, Any], request: Request, flavour: Flavour) -> str:
    """The model that the body names, or the path, or the one that the provider would take."""
    model = body.get("model")
    if model is None or model == "":
        named = _NAMED.search(request.path)
        model = unquote(named[1]) if named else flavour.model
    if not isinstance(model, str):
        raise wrong_type("model", "a string", model)
    if not model:
        raise Malformed("you must provide a model parameter")
    return model


def flag(body: Mapping[str, Any], name: str) -> bool:
    """Whether a flag is set."""
    given = body.get(name)
    if given is not None and not isinstance(given, bool):
        raise wrong_type(name, "a boolean", given)
    return given is True


def options(body: Mapping[str, Any]) -> None:
    """Refuse a stream's options that are none."""
    given = body.get("stream_options")
    if given is not None and not isinstance(given, dict):
        raise wrong_type("stream_options", "an object", given)


#: The most choices of one request.
_MOST_CHOICES = 128


def few(n: int) -> None:
    """Refuse too many choices."""
    if n > _MOST_CHOICES:
        raise Malformed(
            f"Invalid 'n': integer above maximum value. Expected a value <= {_MOST_CHOICES}, but got {n} instead.",
            param="n",
            code="integer_above_max_value",
        )


def choices(body: Mapping[str, Any]) -> int:
    """How many choices are asked for."""
    n = body.get("n")
    if n is None:
        return 1
    if type(n) is not int:
        raise wrong_type("n", "an integer", n)
    if n < 1:
        raise Malformed(
            f"Invalid 'n': integer below minimum value. Expected a value >= 1, but got {n} instead.",
            param="n",
            code="integer_below_min_value",
        )
    return n
