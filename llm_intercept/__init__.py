"""LLM calls, answered inside the process: real SDK code runs unchanged, with no key, no server and no network.

    from llm_intercept import intercept

    with intercept("Paris.") as llm:
        client.chat.completions.create(...)

Names are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llm_intercept.call import Call as Call
    from llm_intercept.call import Message as Message
    from llm_intercept.call import Tool as Tool
    from llm_intercept.completions import acompletion as acompletion
    from llm_intercept.completions import completion as completion
    from llm_intercept.completions import mock_completion as mock_completion
    from llm_intercept.dialects.dialect import Dialect as Dialect
    from llm_intercept.dialects.operation import Operation as Operation
    from llm_intercept.errors import BlockedNetwork as BlockedNetwork
    from llm_intercept.errors import CannotSay as CannotSay
    from llm_intercept.errors import ContractViolation as ContractViolation
    from llm_intercept.errors import ContractWarning as ContractWarning
    from llm_intercept.errors import CredentialWarning as CredentialWarning
    from llm_intercept.errors import IncompatibleLibrary as IncompatibleLibrary
    from llm_intercept.errors import InterceptFailure as InterceptFailure
    from llm_intercept.errors import InterceptWarning as InterceptWarning
    from llm_intercept.errors import LoopingRule as LoopingRule
    from llm_intercept.errors import OutOfScope as OutOfScope
    from llm_intercept.errors import PlaybookError as PlaybookError
    from llm_intercept.errors import UnansweredCall as UnansweredCall
    from llm_intercept.errors import UnknownEndpoint as UnknownEndpoint
    from llm_intercept.interceptor import Interceptor as Interceptor
    from llm_intercept.limits import Limits as Limits
    from llm_intercept.replies.failures import bad_request as bad_request
    from llm_intercept.replies.failures import content_filtered as content_filtered
    from llm_intercept.replies.failures import context_length_exceeded as context_length_exceeded
    from llm_intercept.replies.failures import invalid_key as invalid_key
    from llm_intercept.replies.failures import model_not_found as model_not_found
    from llm_intercept.replies.failures import overloaded as overloaded
    from llm_intercept.replies.failures import quota_exhausted as quota_exhausted
    from llm_intercept.replies.failures import rate_limit as rate_limit
    from llm_intercept.replies.failures import server_error as server_error
    from llm_intercept.replies.faults import connect_error as connect_error
    from llm_intercept.replies.faults import connect_timeout as connect_timeout
    from llm_intercept.replies.faults import corrupt as corrupt
    from llm_intercept.replies.faults import disconnect as disconnect
    from llm_intercept.replies.faults import dns_error as dns_error
    from llm_intercept.replies.faults import drip as drip
    from llm_intercept.replies.faults import duplicate as duplicate
    from llm_intercept.replies.faults import pool_timeout as pool_timeout
    from llm_intercept.replies.faults import read_timeout as read_timeout
    from llm_intercept.replies.faults import reorder as reorder
    from llm_intercept.replies.faults import reset as reset
    from llm_intercept.replies.faults import stall as stall
    from llm_intercept.replies.faults import stream_error as stream_error
    from llm_intercept.replies.faults import tls_error as tls_error
    from llm_intercept.replies.faults import truncate as truncate
    from llm_intercept.replies.faults import unknown_event as unknown_event
    from llm_intercept.replies.pacing import Pace as Pace
    from llm_intercept.replies.parts import audio as audio
    from llm_intercept.replies.parts import citation as citation
    from llm_intercept.replies.parts import embedding as embedding
    from llm_intercept.replies.parts import image as image
    from llm_intercept.replies.parts import native as native
    from llm_intercept.replies.parts import pause as pause
    from llm_intercept.replies.parts import refusal as refusal
    from llm_intercept.replies.parts import stream_event as stream_event
    from llm_intercept.replies.parts import thinking as thinking
    from llm_intercept.replies.parts import tool_call as tool_call
    from llm_intercept.replies.parts import transcript as transcript
    from llm_intercept.replies.reply import Reply as Reply
    from llm_intercept.replies.reply import error as error
    from llm_intercept.replies.reply import reply as reply
    from llm_intercept.rules.criterion import Criterion as Criterion
    from llm_intercept.rules.matchers import Matcher as Matcher
    from llm_intercept.rules.matchers import contains as contains
    from llm_intercept.rules.matchers import words as words
    from llm_intercept.rules.rule import Rule as Rule
    from llm_intercept.switch import activate as activate
    from llm_intercept.switch import deactivate as deactivate
    from llm_intercept.switch import intercept as intercept
    from llm_intercept.wrapping import wrap as wrap

#: Where each public name lives.
_HOMES = {
    "BlockedNetwork": "errors",
    "Call": "call",
    "CannotSay": "errors",
    "ContractViolation": "errors",
    "ContractWarning": "errors",
    "CredentialWarning": "errors",
    "Criterion": "rules.criterion",
    "Dialect": "dialects.dialect",
    "IncompatibleLibrary": "errors",
    "InterceptFailure": "errors",
    "InterceptWarning": "errors",
    "Interceptor": "interceptor",
    "Limits": "limits",
    "LoopingRule": "errors",
    "Matcher": "rules.matchers",
    "Message": "call",
    "Operation": "dialects.operation",
    "OutOfScope": "errors",
    "Pace": "replies.pacing",
    "PlaybookError": "errors",
    "Reply": "replies.reply",
    "Rule": "rules.rule",
    "Tool": "call",
    "UnansweredCall": "errors",
    "UnknownEndpoint": "errors",
    "acompletion": "completions",
    "activate": "switch",
    "audio": "replies.parts",
    "bad_request": "replies.failures",
    "citation": "replies.parts",
    "completion": "completions",
    "connect_error": "replies.faults",
    "connect_timeout": "replies.faults",
    "contains": "rules.matchers",
    "content_filtered": "replies.failures",
    "context_length_exceeded": "replies.failures",
    "corrupt": "replies.faults",
    "deactivate": "switch",
    "disconnect": "replies.faults",
    "dns_error": "replies.faults",
    "drip": "replies.faults",
    "duplicate": "replies.faults",
    "embedding": "replies.parts",
    "error": "replies.reply",
    "image": "replies.parts",
    "intercept": "switch",
    "invalid_key": "replies.failures",
    "mock_completion": "completions",
    "model_not_found": "replies.failures",
    "native": "replies.parts",
    "overloaded": "replies.failures",
    "pause": "replies.parts",
    "pool_timeout": "replies.faults",
    "quota_exhausted": "replies.failures",
    "rate_limit": "replies.failures",
    "read_timeout": "replies.faults",
    "refusal": "replies.parts",
    "reorder": "replies.faults",
    "reply": "replies.reply",
    "reset": "replies.faults",
    "server_error": "replies.failures",
    "stall": "replies.faults",
    "stream_error": "replies.faults",
    "stream_event": "replies.parts",
    "thinking": "replies.parts",
    "tls_error": "replies.faults",
    "tool_call": "replies.parts",
    "transcript": "replies.parts",
    "truncate": "replies.faults",
    "unknown_event": "replies.faults",
    "words": "rules.matchers",
    "wrap": "wrapping",
}

__all__ = list(_HOMES)
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
