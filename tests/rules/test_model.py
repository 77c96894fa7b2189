"""Which reply is chosen equals, for any rules and calls, the naive first match that is written out here."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from llm_intercept import InterceptWarning, UnansweredCall, intercept
from tests.rules.asking import post, text_of

WORDS = ("red", "green", "blue")


@dataclass
class Naive:
    """One rule, as a reader understands it: what it wants, and the replies that it has left."""

    words: list[str]
    model: str | None
    script: list[str]
    bound: int | str | None
    given: int = field(default=0)

    def answer(self, prompt: str, model: str) -> str | None:
        if any(word not in prompt.split() for word in self.words) or self.model not in (None, model):
            return None
        if self.given >= self.most():
            return None
        self.given += 1
        return self.script[min(self.given, len(self.script)) - 1] if self.script else None

    def most(self) -> float:
        if not self.script:
            return 0
        if isinstance(self.bound, int):
            return len(self.script) + self.bound
        endless = self.bound == "forever" or len(self.script) == 1
        return float("inf") if endless else len(self.script)


rules = st.builds(
    lambda override, words, model, length, bound: (override, words, model, length, bound),
    st.booleans(),
    st.lists(st.sampled_from(WORDS), max_size=2, unique=True),
    st.sampled_from([None, "a", "b"]),
    st.integers(0, 3),
    st.sampled_from([None, None, "forever", 0, 1, 2]),
)
calls = st.tuples(st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join), st.sampled_from("ab"), st.booleans())


@settings(deadline=None, max_examples=120)
@given(
    defined=st.lists(rules, max_size=5),
    otherwise=st.integers(0, 2),
    default=st.booleans(),
    asked=st.lists(calls, max_size=12),
    early=st.integers(0, 5),
)
def test_the_chosen_reply_is_the_first_that_matches_and_is_left(
    defined: list[tuple[bool, list[str], str | None, int, int | str | None]],
    otherwise: int,
    default: bool,
    asked: list[tuple[str, str, bool]],
    early: int,
) -> None:
    last = [f"otherwise {number}" for number in range(otherwise)]
    llm = intercept(*last) if default else intercept(*last, default=None)
    model: list[Naive] = []
    expected: list[str | None] = []
    heard: list[str | None] = []

    def define(number: int) -> None:
        override, words, name, length, bound = defined[number]
        script = [f"rule {number} reply {place}" for place in range(length)]
        rule = (llm.override if override else llm.on)(*words, **({} if name is None else {"model": name}))
        if script:
            rule.replies(*script)
            if bound == "forever":
                rule.forever()
            elif isinstance(bound, int):
                rule.times(length + bound)
        model.insert(0 if override else len(model), Naive(words, name, script, bound))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InterceptWarning)
        for number in range(min(early, len(defined))):  # those of the definition; the others are made in the block
            define(number)
        with llm:
            for number in range(min(early, len(defined)), len(defined)):
                define(number)
            final = Naive([], None, last, None)
            if not last and default and not model:
                final = Naive([], None, ["This is a mock request"], None)
            for prompt, name, stream in asked:
                given_by_rule = (rule.answer(prompt, name) for rule in [*model, final])
                expected.append(next((answer for answer in given_by_rule if answer is not None), None))
                body = {"model": name, "messages": [{"role": "user", "content": prompt}], "stream": stream}
                if expected[-1] is None:
                    with llm.expect_failure() as failure:
                        post(body)
                    heard.append(None)
                    assert type(failure.value) is UnansweredCall
                else:
                    heard.append(text_of(post(body)))
    assert heard == expected
    assert len(llm.failures) == expected.count(None)
    assert [entry.outcome == "missed" for entry in llm.calls] == [answer is None for answer in expected]
