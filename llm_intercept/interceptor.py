"""`Interceptor`: what the user holds. Its rules, its journal, its reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from llm_intercept import activation
from llm_intercept.chaos import Chaos
from llm_intercept.clock import clock_of
from llm_intercept.errors import UnansweredCall
from llm_intercept.gate import Gate
from llm_intercept.journal import Calls
from llm_intercept.limits import Limiter
from llm_intercept.memory import Memory
from llm_intercept.options import Options
from llm_intercept.replies.reply import source
from llm_intercept.rules.rule import Rule
from llm_intercept.rules.rulebook import Rulebook
from llm_intercept.rules.unused import unused
from llm_intercept.run import Run
from llm_intercept.synthesis.stamp import Stamps

if TYPE_CHECKING:
    from os import PathLike
    from types import TracebackType

    from typing_extensions import Self, Unpack

    from llm_intercept.resilience import Resilience
    from llm_intercept.signatures import Asked, Given

__all__ = ["ExpectedFailure", "Interceptor"]

Function = TypeVar("Function", bound=Callable[..., Any])

#: The runs that this context has entered and not left, innermost last.
_entered: ContextVar[tuple[Run, ...]] = ContextVar("llm_intercept_entered", default=())


class ExpectedFailure:
    """What `llm.expect_failure()` caught: `value` is the failure, set when its block ends."""

    value: BaseException


class Interceptor:
    """Answers LLM calls with replies.

    `replies` are what is said when no rule answers: none for the default reply, one for every call, several each once and in
    order. The options stand in `Options`; an unknown one is a `TypeError` that names the near one.

    An interceptor alone is inactive. It becomes active as a block (`with`, `async with`), as a decorator, by `activate(...)`,
    or for one client, by `wrap(...)` or through its explicit transports.

        with Interceptor("Paris.") as llm:
            client.chat.completions.create(...)
        assert llm.calls[-1].prompt == "Capital of France?"
    """

    def __init__(self, *replies: object, **options: Unpack[Given]) -> None:
        self._options = Options.of(options)
        self.clock = clock_of(self._options.clock)
        """The time: `elapsed` tells how much of it was spent on waiting."""
        default = self._options.default
        self._book = Rulebook(None if default is None else source(default), Lock())
        if replies:
            self._book.otherwise.replies(*replies)
        self.failures: list[BaseException] = []
        """Every failure, in order: misses, replies that could not be said, what a callable raised."""
        self.calls = Calls(limit=self._options.journal)
        """The journal: one entry for each HTTP attempt that was caught; readable after the block."""
        self._runs: list[Run] = []
        #: The run that ended last, whose rules can still be asked how they were used.
        self._ended: Run | None = None
        self._expected: list[BaseException] = []
        self._told: set[tuple[str, str]] = set()
        #: Answers explicit transports and wrapped clients, with the definition's own rules.
        self._own = self._run(self._book, ())

    # rules

    def on(self, *said: object, **criteria: Unpack[Asked]) -> Rule:
        """A rule for the calls that meet all criteria; say what it replies.

        `said` are words of the last user text, while it is the last thing said. Named criteria: prompt, system, model, provider,
        operation, stream, turn, step, where. Rules are asked in the order in which they were made.

            llm.on("weather", model="gpt-*").reply("Sunny.")
        """
        return self._current().book.on(said, criteria)

    def override(self, *said: object, **criteria: Unpack[Asked]) -> Rule:
        """A rule that is asked before all earlier ones, as a test's over its fixture's."""
        return self._current().book.override(said, criteria)

    @property
    def otherwise(self) -> Rule:
        """The rule for the calls that no other answers."""
        return self._current().book.otherwise

    def play(self, *paths: str | PathLike[str]) -> None:
        """Add the rules of playbooks: YAML, JSON or TOML files, or folders of them, in the words of `on` and `reply`.

        Raises `PlaybookError`, which lists all that is wrong with its file and line; then nothing is added.

            llm.play("weather.yaml")
        """
        from llm_intercept.playbook import play

        play(self._current().book, paths)

    def chaos(self, *, seed: int = 0, **rates: float) -> Chaos:
        """Let things go wrong by chance, from now on: `rates` are probabilities by the names of errors and faults.

        It returns what ends it, as a `with` block or by `.stop()`. Which calls it befalls is decided by `seed` and what is asked;
        `entry.chaos` tells it. Rules do not notice: a call that it befalls takes no reply. Raises `TypeError` for a name that is
        unknown, `ValueError` for probabilities that are none, or add up to more than 1.

            with llm.chaos(rate_limit=0.1, disconnect=0.02, seed=7):
                run_the_agent()
        """
        chaos, run = Chaos(rates, seed), self._current()
        if run.gate is None:
            run.gate = Gate(None)
        run.gate.chaos = (chaos, *self._chaos(run))
        return chaos

    # reach

    def __enter__(self) -> Self:
        run = self._run(self._book.fresh(), self._chaos(self._own))
        activation.enter(run)
        self._runs.append(run)
        _entered.set((*_entered.get(), run))
        return self

    def __exit__(self, kind: type[BaseException] | None, came_out: BaseException | None, trace: TracebackType | None) -> None:
        self._end(came_out)

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, came_out: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(came_out)

    def __call__(self, function: Function) -> Function:
        """Decorate a function, def or async def: active while it runs. A parameter named `llm` is filled with the interceptor."""
        from llm_intercept.decoration import decorate

        return decorate(self, function)

    @property
    def httpx_transport(self) -> Any:
        """A transport for `httpx.Client(transport=...)` and `httpx.AsyncClient(transport=...)`."""
        from llm_intercept.transports.httpx import explicit

        return explicit("httpx", [self._own])

    @property
    def httpx2_transport(self) -> Any:
        """A transport for `httpx2.Client(transport=...)` and `httpx2.AsyncClient(transport=...)`."""
        from llm_intercept.transports.httpx import explicit

        return explicit("httpx2", [self._own])

    @property
    def requests_adapter(self) -> Any:
        """An adapter for `requests.Session().mount("https://", ...)`."""
        from llm_intercept.transports.requests import explicit

        return explicit([self._own])

    @property
    def aiohttp_connector(self) -> Any:
        """A connector for `aiohttp.ClientSession(connector=...)`; made inside the session's event loop."""
        from llm_intercept.transports.aiohttp import explicit

        return explicit([self._own])

    # what happened

    def resilience(self) -> Resilience:
        """The verdict on how the caller took what went wrong, read from the journal: retries, waits, what was asked twice.

        assert llm.resilience().ok
        """
        from llm_intercept.resilience import judge

        return judge(self.calls)

    @contextmanager
    def expect_failure(self) -> Iterator[ExpectedFailure]:
        """A block in which a failure is expected; it is not raised again, and `.value` is the first one.

        `AssertionError` if none happens. What the failure became on its way (a group, a wrapped error) is expected too.

            with llm.expect_failure() as f:
                client.chat.completions.create(...)
            assert "weather" in str(f.value)
        """
        expected, before, came_out = ExpectedFailure(), len(self.failures), None
        try:
            yield expected
        except BaseException as error:
            came_out = error
        new = self.failures[before:]
        if came_out is not None and not any(_leads_to(came_out, failure) for failure in new):
            raise came_out
        if not new:
            raise AssertionError("expected a failure, and every call was answered")
        self._expected += new
        expected.value = new[0]
        for run in (self._own, *self._runs):
            run.pending = [failure for failure in run.pending if all(failure is not one for one in new)]

    def assert_all_used(self) -> None:
        """`AssertionError` where rules have replies left that no call took, or calls were not answered by any rule.

        It tells of the run that is active, or that ended last. A rule whose reply repeats is used once it answered; several
        replies want to be taken each, a script to be heard to its end. Misses that `expect_failure` expected are none.
        """
        run = self._current() if self._runs or self._ended is None else self._ended
        told = unused(run.book, self._misses())
        if told:
            raise AssertionError(told)

    def reset(self) -> None:
        """Start over: rules and scripts as they were defined, an empty journal, no failures, no time spent."""
        self.calls.clear()
        self.clock.reset()
        self.failures.clear()
        self._told.clear()
        self._expected.clear()
        self._ended = None
        self._book = self._book.fresh()
        self._own.book = self._book
        for run in self._runs:
            run.book = self._book.fresh()
        for run in (self._own, *self._runs):
            run.stamps = Stamps(self._options.seed)
            run.memory = Memory()
            run.pending.clear()
            run.gate = self._gate(self._chaos(run))

    def __repr__(self) -> str:
        return f"<Interceptor, {len(self._current().book.rules)} rules, {self.calls.total} calls>"

    # inside

    def _misses(self) -> list[BaseException]:
        """The misses that nobody expected."""
        misses = [failure for failure in self.failures if isinstance(failure, UnansweredCall)]
        return [miss for miss in misses if all(miss is not one for one in self._expected)]

    def _run(self, book: Rulebook, chaos: tuple[Chaos, ...]) -> Run:
        options = self._options
        gate, stamps = self._gate(chaos), Stamps(options.seed)
        return Run(book, options, self.calls, self.failures, stamps, clock=self.clock, gate=gate, told=self._told)

    def _gate(self, chaos: tuple[Chaos, ...]) -> Gate | None:
        """What stands before the rules, its limits unused; None where nothing does."""
        limits = self._options.limits
        limiter = None if limits is None else Limiter(limits, self._options.count_tokens, Lock())
        return Gate(limiter, chaos) if limiter is not None or chaos else None

    def _chaos(self, run: Run) -> tuple[Chaos, ...]:
        """What a run's chaos is that was not stopped."""
        return () if run.gate is None else tuple([one for one in run.gate.chaos if one.live])

    def _current(self) -> Run:
        """The run that this context entered last, else the last of all, else the interceptor's own."""
        mine = [run for run in _entered.get() if run in self._runs] or self._runs or [self._own]
        return mine[-1]

    def _take_pending(self) -> list[BaseException]:
        """Take what is pending: somebody else raises it before the end."""
        taken = [failure for run in self._runs for failure in run.pending]
        for run in self._runs:
            run.pending.clear()
        return taken

    def _discard(self) -> None:
        """End without a word of what is pending: the next activation replaces it."""
        self._current().pending.clear()
        self._end(None)

    def _end(self, came_out: BaseException | None) -> None:
        run = self._current()
        if run is self._own:
            raise RuntimeError("this interceptor is not active")
        self._runs.remove(run)
        self._ended = run
        _entered.set(tuple(other for other in _entered.get() if other is not run))
        activation.leave(run)
        self._finish(run, came_out)

    def _finish(self, run: Run, came_out: BaseException | None) -> None:
        run.raise_pending(came_out)
        if came_out is None:
            run.book.warn_silent()


def _leads_to(came_out: BaseException, failure: BaseException) -> bool:
    """Whether a failure is what came out, is in its group, or is behind it as its cause or context."""
    if isinstance(came_out, KeyboardInterrupt | SystemExit):
        return False
    seen: set[int] = set()
    waiting: list[BaseException | None] = [came_out]
    while waiting:
        error = waiting.pop()
        if error is failure:
            return True
        if error is not None and id(error) not in seen:
            seen.add(id(error))
            waiting += [error.__cause__, *getattr(error, "exceptions", ())]
            if not isinstance(error, AssertionError):  # an assertion that fails while a failure is handled is its own
                waiting.append(error.__context__)
    return False
