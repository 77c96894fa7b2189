"""The options that `intercept`, `wrap`, `activate` and `Interceptor` take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from llm_intercept.clock import Now
from llm_intercept.errors import near
from llm_intercept.limits import Limits
from llm_intercept.redaction import HIDDEN
from llm_intercept.replies.pacing import Pace
from llm_intercept.replies.reply import DEFAULT, ErrorReply
from llm_intercept.synthesis.tokens import CountTokens, estimate

__all__ = ["CLOCKS", "WORDS", "Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """How an interceptor behaves.

    `default` is what a call gets while there is neither a rule nor a reply (None: nothing). `hosts` are more LLM hosts, as
    `host` or `host:port`, globs; `allow` are hosts, written alike, whose calls are let out. `block_network` closes the LLM hosts
    to every library ("llm"), or all hosts but this machine and those of `allow` ("all"). `scope` is who is answered: the process,
    or the task that entered the block. `keys` fills missing API-key variables; a
    mapping does, too, and marks keys with the error that a call with one of them gets. `seed` decides ids and timestamps.
    `contract` says what happens to a request that the provider would refuse although it can be read: the provider's own error
    ("refuse"), a warning and an answer ("warn"), an answer ("off"), or a `ContractViolation` ("fail"). `count_tokens` is your own
    counter of a text's tokens. `journal` bounds the journal to its last n
    entries (None: unbounded). `limits` are what a provider would allow, as `Limits`. `pace` is how fast answers come, as `Pace`,
    where a reply does not say. `clock` is the time by which pauses pass, the limits' windows go and `entry.at`: "real", "virtual",
    on which nobody waits, or a callable that tells a real one in seconds since 1970.
    """

    default: Any = DEFAULT
    hosts: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    block_network: Literal["llm", "all"] = "llm"
    scope: Literal["process", "task"] = "process"
    keys: bool | Mapping[str, ErrorReply] = True
    seed: int = 0
    contract: Literal["refuse", "warn", "off", "fail"] = "refuse"
    count_tokens: CountTokens = estimate
    journal: int | None = None
    limits: Limits | None = None
    pace: Pace | None = None
    clock: Literal["real", "virtual"] | Now = "real"

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Options:
        """The options by name; `TypeError` and `ValueError` name the near one."""
        if not given:
            return _USUAL
        for name in given:
            if name not in _NAMES:
                raise TypeError(f"{name}= is no option; {near(name, _NAMES)}")
        options = cls(**given)
        for name, words in WORDS.items():
            if getattr(options, name) not in words:
                raise ValueError(f"{name}={getattr(options, name)!r}: {' or '.join(map(repr, words))}")
        if options.journal is not None and options.journal < 1:
            raise ValueError(f"journal={options.journal!r}: how many of the last entries to keep, or None for all")
        if type(options.seed) is not int:
            raise TypeError(f"seed={options.seed!r}: int is wanted")
        if not isinstance(options.keys, bool) and not _marks(options.keys):
            raise TypeError(f"keys={_hidden(options.keys)}: a bool is wanted, or errors by key, as in {{'sk-...': invalid_key()}}")
        if not isinstance(options.limits, Limits | None):
            raise TypeError(f"limits={options.limits!r}: Limits(rpm=, tpm=, concurrent=) is wanted")
        if not isinstance(options.pace, Pace | None):
            raise TypeError(f"pace={options.pace!r}: Pace(ttft=, tokens_per_second=, jitter=) is wanted")
        if not callable(options.clock) and options.clock not in CLOCKS:
            kind = ValueError if isinstance(options.clock, str) else TypeError
            raise kind(f"clock={options.clock!r}: 'real', 'virtual', or a callable that tells the time in seconds")
        if not ("hosts" in given or "allow" in given):
            return options
        return replace(options, hosts=_hosts("hosts", options.hosts), allow=_hosts("allow", options.allow))


_USUAL = Options()

_NAMES = tuple(field.name for field in fields(Options))

#: The options that are one of a few words, and the clocks that are.
WORDS = {"scope": ("process", "task"), "block_network": ("llm", "all"), "contract": ("refuse", "warn", "off", "fail")}
CLOCKS = ("real", "virtual")


def _marks(keys: object) -> bool:
    return isinstance(keys, Mapping) and all(isinstance(key, str) and isinstance(one, ErrorReply) for key, one in keys.items())


def _hidden(keys: object) -> str:
    """What was given, without the keys that may stand in it."""
    return f"{{{HIDDEN!r}: ...}}" if isinstance(keys, Mapping) else repr(keys)


def _hosts(option: str, hosts: str | Iterable[str]) -> tuple[str, ...]:
    listed = (hosts,) if isinstance(hosts, str) or not isinstance(hosts, Iterable) else tuple(hosts)
    if not all(isinstance(host, str) for host in listed):
        raise TypeError(f"{option}={hosts!r}: a host, or several")
    for host in listed:
        if "/" in host:
            raise ValueError(f"{option}={host!r}: a host or host:port, without scheme and path")
    return tuple(host.lower() for host in listed)
