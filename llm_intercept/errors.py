"""Every exception and warning that is ours.

BaseException
└── InterceptFailure        nothing may swallow it: SDKs retry and wrap every Exception
    ├── UnansweredCall      a miss: no rule answers this call
    ├── LoopingRule         a rule that would call the same tool for ever
    ├── UnknownEndpoint     a provider's host, and a path that no dialect knows
    ├── ContractViolation   a request that the provider would refuse, where that is asked to be fatal
    ├── OutOfScope          an LLM call from outside every active scope
    ├── BlockedNetwork      a connection that no transport caught, to a host that is closed
    └── CannotSay           the reply has a part that this wire cannot carry
Exception
├── IncompatibleLibrary     an HTTP library whose internals do not fit
└── PlaybookError           a playbook that cannot be played
Warning
└── InterceptWarning        a rule that can never answer
    └── ContractWarning     a request that the provider would refuse, where that is asked to be told
        └── CredentialWarning   a call to a provider's own host without a credential of its, which is answered
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

__all__ = [
    "BlockedNetwork",
    "CannotSay",
    "ContractViolation",
    "ContractWarning",
    "CredentialWarning",
    "IncompatibleLibrary",
    "InterceptFailure",
    "InterceptWarning",
    "LoopingRule",
    "OutOfScope",
    "PlaybookError",
    "UnansweredCall",
    "UnknownEndpoint",
    "near",
]


class Documented:
    """An error with a note that names the page of the documentation that explains it; `llm-intercept docs PAGE` prints it.

    Tracebacks show notes since Python 3.11, and pytest does.
    """

    page: ClassVar[str]

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.__notes__ = [f"More: llm-intercept docs {self.page}"]


class InterceptFailure(Documented, BaseException):
    """A call that we could not answer, and did not let out.

    It derives from `BaseException`, since every SDK retries and wraps what derives from `Exception`. It is raised at the call,
    kept in `llm.failures`, and raised again when the block ends, unless it is what came out of it.

        with pytest.raises(InterceptFailure), intercept(default=None):
            client.responses.create(model="gpt-5", input="Hi")
    """

    page = "misses"


class UnansweredCall(InterceptFailure):
    """A miss: no rule answers this call.

    The text shows the call, the nearest rules with what differed, and a rule to paste.

        with llm.expect_failure() as failed:
            client.responses.create(model="gpt-5", input="Hi")
        assert isinstance(failed.value, UnansweredCall)
    """


class LoopingRule(InterceptFailure):
    """A rule that answers the same history twice: it makes a tool call whose result it was just given.

    The first rule below would do so for ever; the second ends it.

        llm.on(tool="get_weather").reply(tool_call("get_weather", city="Paris"))
        llm.override(step=1).reply("Sunny.")
    """

    page = "tools"


class UnknownEndpoint(InterceptFailure):
    """A call to a provider's host whose path no dialect knows.

    It is never let out, unless its host is given to `allow`, or a rule lets it through.

        llm.on(provider="openai").passthrough()
    """

    page = "real-calls"


class ContractViolation(InterceptFailure):
    """A request that the provider would refuse, with `contract="fail"`.

        with pytest.raises(ContractViolation), intercept(contract="fail"):
            client.chat.completions.create(model="gpt-4o", messages=[{"role": "tool", "content": "21", "tool_call_id": "a"}])

    Its text names the clause; `entry.findings` has all that was found.
    """

    page = "contract"


class OutOfScope(InterceptFailure):
    """An LLM call from a context in which no interceptor answers, while one is active with `scope="task"`.

        async with intercept("Paris.", scope="task"):
            await client.responses.create(model="gpt-5", input="Hi")  # answered; from another task it would be refused

    It is refused, and not let out.
    """

    page = "switch"


class BlockedNetwork(InterceptFailure):
    """A connection to a host that is closed while an interceptor is active, made past every transport that answers.

        with intercept(block_network="all", allow=["db.internal:5432"]):
            run_the_application()

    `allow=` opens a host.
    """

    page = "real-calls"


class CannotSay(InterceptFailure):
    """A reply with a part, or a finish reason, that the wire of this call cannot carry.

    It is raised at the call, and names the line of the reply.

        llm.on("fox").reply(image(png))  # Anthropic's wire has no images in its answers
    """

    page = "wires"


class IncompatibleLibrary(Documented, Exception):
    """An installed HTTP library whose internals are not what its transport expects, so that it cannot be caught.

    It is raised when something becomes active, and nothing is patched then; `python -m llm_intercept doctor` tells the versions.

        try:
            llm = activate("Paris.")
        except IncompatibleLibrary as told:
            print(told)
    """

    page = "support"


class PlaybookError(Documented, Exception):
    """A playbook that cannot be played: the text lists all that is wrong, `problems` has each, with `file`, `line`, `text`.

        try:
            llm.play("weather.yaml")
        except PlaybookError as wrong:
            print(wrong.problems[0].line)

    Nothing of it is played then.
    """

    page = "playbook"

    def __init__(self, problems: Sequence[Any]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: (one.file, one.line)))
        count = len(self.problems)
        super().__init__(f"{count} thing{'s are' if count > 1 else ' is'} wrong:" + "".join(f"\n  {one}" for one in self.problems))

    @property
    def file(self) -> str:
        """The file of the first problem."""
        return str(self.problems[0].file)

    @property
    def line(self) -> int:
        """The line of the first problem, from 1."""
        return int(self.problems[0].line)


class InterceptWarning(UserWarning):
    """A rule that can never answer: shadowed by an earlier one, or without a reply.

        llm.on("weather").reply("Sunny.")
        llm.on("weather").reply("Rain.")  # warned about: the first answers every time

    A rule that shall go before earlier ones is made by `llm.override(...)`.
    """


class ContractWarning(InterceptWarning):
    """A request that the provider would refuse, with `contract="warn"`; it is answered.

        with pytest.warns(ContractWarning), intercept("Sunny.", contract="warn"):
            client.chat.completions.create(model="gpt-4o", messages=[{"role": "tool", "content": "21", "tool_call_id": "a"}])

    Its text names the clause.
    """


class CredentialWarning(ContractWarning):
    """A call to a provider's own host without a credential, or with another provider's; it is answered.

    Told once for each host and kind by an interceptor, whatever `contract=` says but `"off"`. Where a gateway puts one in:

        warnings.simplefilter("ignore", CredentialWarning)
    """


def near(name: str, known: Iterable[str]) -> str:
    """A hint for a misspelt name: the nearest known one, or all of them."""
    from difflib import get_close_matches

    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(names)}"
