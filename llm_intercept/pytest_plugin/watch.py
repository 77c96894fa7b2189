"""What works while tests run: the guard, the judgement of each test, and the calls in its report."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from llm_intercept.interceptor import Interceptor
from llm_intercept.journal import Calls, Entry
from llm_intercept.ledger import record

if TYPE_CHECKING:
    pass

__all__ = ["Watch"]

#: How much of a failed test's calls its report shows: the last ones, and so many characters of them.
_CALLS, _CHARACTERS = 10, 6_000

_HINT = (
    "llm_block is on, and nothing answered this call: give the test the fixture llm_mock or @pytest.mark.llm('a reply'), or let it "
    "out with @pytest.mark.llm_live."
)

#: What ends more than a test passes as it is.
_ENDS = (KeyboardInterrupt, SystemExit, GeneratorExit, pytest.exit.Exception)


class Watch:
    """Sees every test of a session, from the first that wants it.

    `guard` answers nothing, and stands around everything else, so that it sees what others answer.
    """

    def __init__(self, config: pytest.Config, block: str, journal: str | None) -> None:
        self.guard = None if block == "off" else Interceptor(default=None, block_network="all" if block == "all" else "llm")
        self._standing: list[Interceptor] = []
        #: Those of the test that runs, and whether it must use all of their replies.
        self._mocks: dict[Interceptor, bool] = {}
        #: What was still unseen when its interceptor left, told after all fixtures have ended: pytest ends no more of them when a
        #: failure that is no `Exception` comes out of one.
        self._late: list[BaseException] = []
        #: Who saw all calls of the test that runs, and how many it had seen before.
        self._seeing: tuple[Interceptor, int] | None = None
        self._path = None if journal is None else config.invocation_params.dir / journal
        self._config = config
        self._raise_guard()

    @contextmanager
    def standing(self, llm: Interceptor, *, strict: bool | None = None) -> Iterator[None]:
        """A block in which an interceptor is active, and its failures are those of the tests that run in it.

        `strict` is whether the one test that it is for must use all replies; None for one that outlives a test.
        """
        llm.__enter__()
        self._standing.append(llm)
        if strict is not None:
            self._mocks[llm] = strict
        if self._seeing is None:
            self._seeing = llm, 0
        try:
            yield
        finally:
            self._dismiss(llm)

    # a session

    def pytest_sessionstart(self) -> None:
        """The journal begins empty."""
        if self._path is not None and not self._is_worker:
            try:
                self._path.write_text("", encoding="utf-8")
            except OSError as error:
                raise pytest.UsageError(f"--llm-journal: {error}") from error

    def pytest_unconfigure(self) -> None:
        """The guard leaves last."""
        self._lower_guard()

    # a test

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Let a live test out, and forget its calls afterwards."""
        live = self.guard is not None and item.get_closest_marker("llm_live") is not None
        if live:
            self._lower_guard()
        self._seeing = next(((llm, llm.calls.total) for llm in self._standing), None)
        try:
            return (yield)
        finally:
            self._seeing = None
            if live:
                self._raise_guard()
            elif self.guard is not None:
                self.guard.calls.clear()
                self.guard.failures.clear()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Generator[None, None, None]:
        """A failure that came out is not told again."""
        try:
            yield
        except BaseException as out:
            self._settle(out)
            raise

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, None, None]:
        """What was swallowed, and what was left unused, fails the test itself."""
        try:
            yield
        except BaseException as out:
            self._settle(out)
            raise
        self._settle(None)
        for llm in [llm for llm, strict in self._mocks.items() if strict]:
            try:
                llm.assert_all_used()
            except AssertionError as left:
                pytest.fail(str(left), pytrace=False)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, None, None]:
        """What came late fails the test, too; and no interceptor of its stays, whatever came out of its fixtures."""
        try:
            yield
        except BaseException as out:
            self._dismiss_all()
            self._settle(out)
            raise
        self._dismiss_all()
        self._settle(None)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """A module whose import made a call, and swallowed its failure, is not collected."""
        report = yield
        pending = self._pending()
        if pending and report.passed:
            report.outcome, report.longrepr = "failed", str(pending[0])
        return report

    # reports

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A failed test's report shows its calls, and the last one carries them to where the journal is written."""
        if report.failed:
            self._show(report)
        path = self._path if report.when == "teardown" else None
        if path is not None:  # those of a worker's report came with it
            vars(report).setdefault("llm_calls", [record(entry, test=report.nodeid) for entry in self._entries()])
        if path is not None and not self._is_worker:
            with path.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(one) + "\n" for one in vars(report)["llm_calls"])

    # inside

    def _show(self, report: pytest.TestReport) -> None:
        """Where the test ran: a worker of xdist hands on what its report shows."""
        entries = self._entries()
        if entries:
            report.sections.append(("LLM calls", _shown(entries)))
        if self.guard is not None and self.guard.failures:
            report.sections.append(("LLM guard", _HINT))

    @property
    def _is_worker(self) -> bool:
        """Whether this is a worker of xdist, whose reports come to the process that writes; that is told after our making."""
        return hasattr(self._config, "workerinput")

    def _raise_guard(self) -> None:
        if self.guard is not None:
            self.guard.__enter__()
            self._standing.insert(0, self.guard)

    def _lower_guard(self) -> None:
        if self.guard is not None:
            self._standing.remove(self.guard)
            self.guard._discard()

    def _dismiss(self, llm: Interceptor) -> None:
        if llm in self._standing:
            self._standing.remove(llm)
            self._mocks.pop(llm, None)
            self._late += llm._take_pending()
            llm.__exit__(None, None, None)

    def _dismiss_all(self) -> None:
        for llm in list(self._mocks):
            self._dismiss(llm)

    def _entries(self) -> list[Entry]:
        """The calls of the test that runs."""
        if self._seeing is None:
            return []
        llm, before = self._seeing
        return llm.calls[before if before <= llm.calls.total else 0 :]  # less than before: the test cleared them

    def _pending(self) -> list[BaseException]:
        """Take what nobody has seen, the innermost interceptor's first."""
        late, self._late = self._late, []
        return [*late, *(failure for llm in reversed(self._standing) for failure in llm._take_pending())]

    def _settle(self, came_out: BaseException | None) -> None:
        """Raise the first failure that nobody has seen, unless it is what came out."""
        pending = self._pending()
        if pending and pending[0] is not came_out and not isinstance(came_out, _ENDS):
            raise pending[0] from came_out


def _shown(entries: list[Entry]) -> str:
    """The last calls as a transcript."""
    left_out = len(entries) - _CALLS
    text = Calls(entries[-_CALLS:]).transcript()
    if len(text) > _CHARACTERS:
        text = f"{text[:_CHARACTERS]}… ({len(text)} characters)"
    return f"({left_out} earlier calls are left out)\n\n{text}" if left_out > 0 else text
