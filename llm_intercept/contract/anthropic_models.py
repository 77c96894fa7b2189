"""What only some of Anthropic's models take, by the generation that a name tells; a name that tells none takes everything.

References: https://docs.anthropic.com/en/docs/about-claude/models/overview,
https://platform.claude.com/docs/en/about-claude/models/whats-new-claude-4-6
"""

from __future__ import annotations

import re
from functools import lru_cache

from llm_intercept.call import Call
from llm_intercept.contract.anthropic_shape import OWN
from llm_intercept.contract.clause import Clause

__all__ = ["MODELS", "PREFILLED", "longest", "since"]

_NAME = re.compile(
    r"claude-(?:(\d)(?:[-.](\d))?-)?(opus|sonnet|haiku|fable|mythos)(?:-(\d)(?:[-.](\d)(?!\d))?)?(?!\d)",
)

#: The most tokens that may be asked for, by family and generation; of later ones it is not known.
_LONGEST = {
    **dict.fromkeys([("opus", 3.0), ("sonnet", 3.0), ("haiku", 3.0)], 4096),
    **dict.fromkeys([("sonnet", 3.5), ("haiku", 3.5)], 8192),
    **dict.fromkeys([("opus", 4.0), ("opus", 4.1)], 32_000),
    **dict.fromkeys([("sonnet", 4.0), ("sonnet", 4.5), ("haiku", 4.5), ("opus", 4.5)], 64_000),
}

PREFILLED = "This model does not support assistant message prefill. The conversation must end with a user message."

_EFFORTS = ("low", "medium", "high", "xhigh", "max")


@lru_cache(maxsize=256)
def _generation(model: str) -> tuple[str, float]:
    """A model's family, and its generation; 0 where the name tells none."""
    found = _NAME.search(model)
    if found is None:
        return "", 0.0
    before, minor, family, after, last = found.groups()
    return family, float(f"{before or after or 0}.{minor or last or 0}")


@lru_cache(maxsize=256)
def since(model: str, opus: float, others: float) -> bool:
    """Whether a model is of a generation, or a later one."""
    family, generation = _generation(model)
    return generation >= (opus if family == "opus" else others)


def longest(model: str) -> int | None:
    """The most tokens that a model can be asked for; None where that is not known."""
    return _LONGEST.get(_generation(model))


def _is_older(model: str, opus: float, others: float) -> bool:
    return _generation(model)[1] > 0 and not since(model, opus, others)


def _prefilled(call: Call) -> str | None:
    """A turn that the provider's own tools paused is gone on with by each model."""
    match call.json["messages"]:
        case [*_, {"role": "assistant", "content": said}] if (
            isinstance(said, str) or all(block["type"] == "text" for block in said)
        ) and since(call.model, 4.6, 4.6):
            return PREFILLED
        case _:
            return None


def _both(call: Call) -> str | None:
    match call.json:
        case {"temperature": int() | float(), "top_p": int() | float()} if since(call.model, 4.1, 4.5):
            return "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
        case _:
            return None


def _sampled(call: Call) -> str | None:
    """What changes nothing is let be."""
    for key, unchanged in (("temperature", 1), ("top_p", 1), ("top_k", None)):
        given = call.json.get(key)
        if given is not None and given != unchanged and since(call.model, 4.7, 5.0):
            return f"`{key}` is deprecated for this model."
    return None


def _thought(call: Call) -> str | None:
    match call.json.get("thinking"):
        case {"type": "enabled"} if since(call.model, 4.7, 5.0):
            return (
                '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" '
                "to control thinking behavior."
            )
        case {"type": "adaptive"} if _is_older(call.model, 4.6, 4.6):
            return "adaptive thinking is not supported on this model"
        case _:
            return None


def _effort(call: Call) -> str | None:
    match call.json.get("output_config"):
        case {"effort": str(asked)} if asked not in _EFFORTS:
            return "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'"
        case {"effort": str()} if _is_older(call.model, 4.5, 4.6):
            return "This model does not support the effort parameter."
        case {"effort": ("xhigh" | "max") as asked} if _is_older(call.model, 4.7, 4.7):
            taken = ("high", "low", "medium") if _is_older(call.model, 4.6, 4.6) else ("high", "low", "max", "medium")
            if asked not in taken:
                return f"This model does not support effort level '{asked}'. Supported levels: {', '.join(taken)}."
    return None


def _too_long(call: Call) -> str | None:
    match call.json.get("max_tokens"), longest(call.model):
        case int(asked), int(most) if asked > most:
            return f"max_tokens: {asked} > {most}, which is the maximum allowed number of output tokens for {call.model}"
        case _:
            return None


def _spoken(call: Call) -> str | None:
    """In the midst of a conversation, models since Claude Opus 4.8 take system messages."""
    for number, message in enumerate(call.json["messages"]):
        if message["role"] == "system" and (number == 0 or _is_older(call.model, 4.8, 5.0)):
            return (
                'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an '
                "input message role."
            )
    return None


_OVERVIEW = "https://docs.anthropic.com/en/docs/about-claude/models/overview"
_NEW = "https://platform.claude.com/docs/en/about-claude/models/whats-new-claude-4-6"
_API = "https://docs.anthropic.com/en/api/messages"

MODELS = (
    Clause(
        "system messages",
        "A system message is not the first, and not there for models before Claude Opus 4.8.",
        _API,
        _spoken,
        OWN,
        about=".system",
    ),
    Clause(
        "longest answers",
        "`max_tokens` is at most what the model can say.",
        _OVERVIEW,
        _too_long,
        frozenset({"anthropic"}),
        about="max_tokens",
    ),
    Clause("no prefills", "Since Claude 4.6, the last message is not a text of the assistant's.", _NEW, _prefilled, OWN),
    Clause(
        "temperature or top_p",
        "Since Claude Opus 4.1 and the other models' 4.5, `temperature` and `top_p` do not stand together.",
        "https://github.com/BerriAI/litellm/issues/15097",
        _both,
        OWN,
        about="top_p",
    ),
    Clause(
        "no sampling",
        "Since Claude Opus 4.7 and the other models' 5, there is no `temperature`, `top_p` or `top_k` that would change anything.",
        _OVERVIEW,
        _sampled,
        OWN,
        about="temperature top_p top_k",
    ),
    Clause(
        "kinds of thinking",
        "Thinking has a budget before Claude Opus 4.7 and the other models' 5, and is adaptive since Claude 4.6.",
        "https://platform.claude.com/docs/en/api/errors",
        _thought,
        OWN,
        about="thinking",
    ),
    Clause(
        "effort",
        "`effort` is one that the model knows.",
        "https://platform.claude.com/docs/en/build-with-claude/effort",
        _effort,
        OWN,
        about="output_config",
    ),
)
