"""What Ollama demands of a chat and of a completion, and in which words it refuses what does not meet it.

References: https://github.com/ollama/ollama/blob/main/docs/api.md, https://github.com/ollama/ollama/blob/main/api/types.go
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from llm_intercept.call import Call
from llm_intercept.contract.clause import Clause

__all__ = ["GENERATE"]

_INTEGERS = (
    "num_keep",
    "seed",
    "num_predict",
    "top_k",
    "repeat_last_n",
    "num_ctx",
    "num_batch",
    "num_gpu",
    "main_gpu",
    "num_thread",
)
_FLOATS = ("top_p", "min_p", "typical_p", "temperature", "repeat_penalty", "presence_penalty", "frequency_penalty")

#: What an option must be, and the name of it; one that is not here is let be, as the server lets it be.
_OPTIONS: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    **dict.fromkeys(_INTEGERS, ((int, float), "integer")),
    **dict.fromkeys(_FLOATS, ((int, float), "float32")),
    "use_mmap": (bool, "boolean"),
    "stop": (list, "array"),
}

_THOUGHTS = frozenset({"high", "medium", "low", "max"})

_DURATION = re.compile(r"[+-]?(0|(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+")


def _options(call: Call) -> str | None:
    options: Any = call.json["options"]
    for key, given in options.items() if isinstance(options, dict) else ():
        if key in _OPTIONS and given is not None:
            kinds, word = _OPTIONS[key]
            if not isinstance(given, kinds) or (isinstance(given, bool) and kinds is not bool):
                return f'option "{key}" must be of type {word}'
            if isinstance(given, list) and not all(isinstance(one, str) for one in given):
                return f'option "{key}" must be of an array of strings'
    return None


def _format(call: Call) -> str | None:
    """A schema, or the word."""
    given = call.json["format"]
    if given in (None, "", "json") or isinstance(given, dict):
        return None
    return f'invalid format: {json.dumps(json.dumps(given))}; expected "json" or a valid JSON Schema object'


def _think(call: Call) -> str | None:
    given: Any = call.json["think"]
    if given is None or isinstance(given, bool):
        return None
    if not isinstance(given, str):
        return 'think must be a boolean or string ("high", "medium", "low", true, or false)'
    if given not in _THOUGHTS:
        return f'invalid think value: "{given}" (must be "high", "medium", "low", true, or false)'
    return None


def _kept(call: Call) -> str | None:
    given = call.json["keep_alive"]
    if not isinstance(given, str) or _DURATION.fullmatch(given):
        return None
    return f'time: invalid duration "{given}"'


_API = "https://github.com/ollama/ollama/blob/main/docs/api.md"
_TYPES = "https://github.com/ollama/ollama/blob/main/api/types.go"

GENERATE = (
    Clause("options", "Options that the server knows are of their types.", _TYPES, _options, about="options"),
    Clause("format", "`format` is json or a schema.", _API, _format, about="format"),
    Clause("think", "`think` is a boolean, or high, medium or low.", _TYPES, _think, about="think"),
    Clause("keep_alive", "`keep_alive` is a number, or a duration.", _API, _kept, about="keep_alive"),
)
