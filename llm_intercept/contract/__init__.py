"""What providers would refuse although it can be read: the clauses of each wire API, which a call is held against before any rule.

To add one: a function from the call to the provider's words, and its `Clause` in the table of its dialects. Where models, versions,
clouds or betas differ, what one of them accepts is accepted: a refusal that the provider would not send is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from llm_intercept.call import Call
from llm_intercept.contract.anthropic import COUNTED as ANTHROPIC_COUNTED
from llm_intercept.contract.anthropic import MESSAGES, kinds
from llm_intercept.contract.bedrock import CONVERSE
from llm_intercept.contract.bedrock import kinds as bedrock_kinds
from llm_intercept.contract.bedrock_fields import COUNTED
from llm_intercept.contract.clause import Clause, Finding
from llm_intercept.contract.cohere import CHAT as COHERE
from llm_intercept.contract.cohere import V1_CHAT as COHERE_V1
from llm_intercept.contract.credentials import Credited, marked, uncredited
from llm_intercept.contract.gemini import GENERATE
from llm_intercept.contract.mistral import CHAT as MISTRAL
from llm_intercept.contract.ollama import GENERATE as OLLAMA
from llm_intercept.contract.openai_chat import CHAT as OPENAI
from llm_intercept.contract.openai_inputs import EMBEDDINGS, SPEECH, TRANSCRIPTION
from llm_intercept.contract.openai_responses import RESPONSES
from llm_intercept.dialects import Endpoint, Malformed
from llm_intercept.providers import provider_of
from llm_intercept.replies.reply import ErrorReply

__all__ = ["CONTRACTS", "Clause", "Credited", "Finding", "findings", "marked", "uncredited", "unread"]

#: The clauses of each dialect, by its name.
CONTRACTS: Mapping[str, tuple[Clause, ...]] = {
    **dict.fromkeys(
        (
            "anthropic messages",
            "anthropic messages on vertex",
            "bedrock invoke anthropic",
        ),
        MESSAGES,
    ),
    **dict.fromkeys(("anthropic count_tokens", "anthropic count_tokens on vertex"), ANTHROPIC_COUNTED),
    "bedrock converse": CONVERSE,
    "bedrock count tokens": COUNTED,
    **dict.fromkeys(
        (
            "gemini generate content",
            "gemini stream generate content",
            "vertex generate content",
            "vertex stream generate content",
        ),
        GENERATE,
    ),
    "openai chat": OPENAI + MISTRAL,
    "openai responses": RESPONSES,
    "openai embeddings": EMBEDDINGS,
    "openai speech": SPEECH,
    **dict.fromkeys(("openai transcription", "openai translation"), TRANSCRIPTION),
    "mistral agents": MISTRAL,
    "cohere chat": COHERE,
    "cohere v1 chat": COHERE_V1,
    **dict.fromkeys(("ollama chat", "ollama generate"), OLLAMA),
}

#: The kinds of content of a call, each after a dot, where clauses are about some.
_KINDS: Mapping[str, Callable[[Call], frozenset[str]]] = {
    **dict.fromkeys((name for name, clauses in CONTRACTS.items() if clauses in (MESSAGES, ANTHROPIC_COUNTED)), kinds),
    "bedrock converse": bedrock_kinds,
}

#: Where a provider's own host has other people's models, by the first part of the path.
_OTHERS = {"azure": "models"}


def findings(dialect: Endpoint, call: Call) -> tuple[Finding, ...]:
    """All that the provider would refuse a call for, what it would tell of first."""
    found = []
    try:
        dialect.check(call)
    except Malformed as malformed:
        found.append(Finding(f"{call.dialect} request", malformed.error))
    if call.dialect not in CONTRACTS:
        return tuple(found)
    about = frozenset(call.parameters if call.json is None else call.json)
    if call.dialect in _KINDS:
        about |= _KINDS[call.dialect](call)
    for clause in _concerning(call.dialect, _judge(call), about):
        broken = clause.broken(call)
        if broken is not None:
            found.append(Finding(clause.name, broken if isinstance(broken, ErrorReply) else ErrorReply(400, broken)))
    return tuple(found)


def unread(dialect: Endpoint, malformed: Malformed) -> Finding:
    """What a provider refuses since it cannot read it, which no option switches off."""
    return Finding(f"{dialect.name} reading", malformed.error, optional=False)


def _judge(call: Call) -> str:
    """The provider who answers a call; none of a name where somebody else may, who speaks as it does."""
    owner = provider_of(call.request.host)
    if owner is None or owner.name != call.provider:
        return ""
    others = _OTHERS.get(call.provider)
    return "" if others is not None and call.request.path.split("/")[1] == others else call.provider


@lru_cache(maxsize=1024)
def _concerning(dialect: str, judge: str, about: frozenset[str]) -> tuple[Clause, ...]:
    """The clauses to hold such a body against: most requests of a program are alike, and break none by far."""
    return tuple([clause for clause in CONTRACTS[dialect] if clause.concerns(judge, about)])
