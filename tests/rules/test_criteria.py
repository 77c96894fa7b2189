"""What a rule can ask of a call: a table of criteria and calls, judged by which reply the real SDK gets."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from llm_intercept import contains, intercept, words
from llm_intercept.call import OPERATIONS
from llm_intercept.rules import CRITERIA
from tests.rules.asking import anthropic_client, ask_anthropic, ask_openai, raised_at_the_end

WEATHER = "What is the weather in Paris?"
BRIEF = [("system", "Be brief."), ("user", WEATHER)]
ANSWERED = [("user", "Hello"), ("assistant", "Hi."), ("user", WEATHER)]
USED = [("user", WEATHER), ("use", "get_weather"), ("result", "18 degrees, fine weather")]
USED_TWICE = [*USED, ("use", "get_weather"), ("result", "19 degrees")]
USED_THEN_ASKED = [*USED, ("assistant", "18."), ("user", "And tomorrow?")]

#: The criteria, what was spoken, whether they fit; the same for every provider.
SPOKEN: list[tuple[tuple[Any, ...], dict[str, Any], list[tuple[str, str]], bool]] = [
    # positional words: all, adjacent, whole, any case, in the last user text
    (("weather",), {}, BRIEF, True),
    (("WEATHER",), {}, BRIEF, True),
    (("the weather in",), {}, BRIEF, True),
    (("the  weather\nin",), {}, BRIEF, True),
    (("weather the",), {}, BRIEF, False),
    (("the in",), {}, BRIEF, False),
    (("eather",), {}, BRIEF, False),
    (("weath",), {}, BRIEF, False),
    (("paris?",), {}, BRIEF, True),
    (("weather", "paris"), {}, BRIEF, True),
    (("weather", "london"), {}, BRIEF, False),
    (("brief",), {}, BRIEF, False),
    (("c++",), {}, [("user", "Is C++ hard?")], True),
    (("c",), {}, [("user", "Is C++ hard?")], True),
    (("a.c",), {}, [("user", "What is abc?")], False),
    (("new york",), {}, [("user", "Is New\n York big?")], True),
    (("hello",), {}, ANSWERED, False),
    (("straße",), {}, [("user", "Welche STRAßE?")], True),
    ((words("the weather"),), {}, BRIEF, True),
    ((words("weather the"),), {}, BRIEF, False),
    ((contains("eather i"),), {}, BRIEF, True),
    ((contains("Eather i"),), {}, BRIEF, False),
    ((re.compile(r"w\w+r"),), {}, BRIEF, True),
    ((re.compile("^weather"),), {}, BRIEF, False),
    # ... and only while that text is the last thing said
    (("weather",), {}, USED, False),
    (("weather",), {}, USED_TWICE, False),
    ((contains("weather"),), {}, USED, False),
    ((re.compile("weather"),), {}, USED, False),
    (("tomorrow",), {}, USED_THEN_ASKED, True),
    # prompt: the last user text, whole
    ((), {"prompt": WEATHER}, BRIEF, True),
    ((), {"prompt": WEATHER}, USED, True),
    ((), {"prompt": "weather"}, BRIEF, False),
    ((), {"prompt": WEATHER.lower()}, BRIEF, False),
    ((), {"prompt": "Hello"}, ANSWERED, False),
    ((), {"prompt": words("weather")}, BRIEF, True),
    ((), {"prompt": words("london")}, BRIEF, False),
    ((), {"prompt": contains("eath")}, BRIEF, True),
    ((), {"prompt": contains("EATH")}, BRIEF, False),
    ((), {"prompt": re.compile("weather.*paris", re.IGNORECASE)}, BRIEF, True),
    ((), {"prompt": re.compile("weather.*paris")}, BRIEF, False),
    ((), {"prompt": str.istitle}, [("user", "Hello World")], True),
    ((), {"prompt": str.istitle}, [("user", "Hello world")], False),
    ((), {"prompt": len}, BRIEF, True),
    ((), {"prompt": {"Hello", WEATHER}}, BRIEF, True),
    ((), {"prompt": frozenset({"Hello", "Bye"})}, BRIEF, False),
    ((), {"prompt": {"Hello", contains("Paris")}}, BRIEF, True),
    ((), {"prompt": {"Hello", re.compile("^What")}}, BRIEF, True),
    ((), {"prompt": {"Hello", str.isupper}}, BRIEF, False),
    ((), {"prompt": "*"}, BRIEF, False),
    # system
    ((), {"system": "Be brief."}, BRIEF, True),
    ((), {"system": "Be"}, BRIEF, False),
    ((), {"system": words("BRIEF")}, BRIEF, True),
    ((), {"system": contains("rief")}, BRIEF, True),
    ((), {"system": ""}, ANSWERED, True),
    ((), {"system": contains("brief")}, ANSWERED, False),
    ((), {"system": "One.\n\nTwo."}, [("system", "One."), ("system", "Two."), ("user", "Hello")], True),
    # turn: assistant messages in the request
    ((), {"turn": 0}, BRIEF, True),
    ((), {"turn": 1}, BRIEF, False),
    ((), {"turn": 1}, ANSWERED, True),
    ((), {"turn": 2}, USED_THEN_ASKED, True),
    ((), {"turn": {1, 2}}, USED_TWICE, True),
    ((), {"turn": lambda turn: turn > 1}, ANSWERED, False),
    # step: those since the last user text
    ((), {"step": 0}, ANSWERED, True),
    ((), {"step": 1}, USED, True),
    ((), {"step": 2}, USED_TWICE, True),
    ((), {"step": 0}, USED_THEN_ASKED, True),
    ((), {"step": 1}, USED_THEN_ASKED, False),
    # operation, where, several together, none at all
    ((), {"operation": "chat"}, BRIEF, True),
    ((), {"where": lambda call: call.messages[-1].role == "user"}, BRIEF, True),
    ((), {"where": lambda call: call.messages[-1].role == "user"}, USED, False),
    (("weather",), {"system": "Be brief.", "turn": 0, "step": 0}, BRIEF, True),
    (("weather",), {"system": "Be brief.", "turn": 1, "step": 0}, BRIEF, False),
    ((), {}, BRIEF, True),
]

#: The criteria, whom to ask and how, whether they fit.
ASKED: list[tuple[dict[str, Any], Callable[..., str], dict[str, Any], bool]] = [
    ({"model": "gpt-5"}, ask_openai, {}, True),
    ({"model": "gpt-*"}, ask_openai, {}, True),
    ({"model": "gpt-?"}, ask_openai, {}, True),
    ({"model": "gpt-[45]"}, ask_openai, {}, True),
    ({"model": "gpt"}, ask_openai, {}, False),
    ({"model": "GPT-*"}, ask_openai, {}, False),
    ({"model": "gpt-*"}, ask_openai, {"model": "my/gpt-5"}, False),
    ({"model": "*gpt-*"}, ask_openai, {"model": "my/gpt-5"}, True),
    ({"model": "claude-sonnet-5[1m]"}, ask_anthropic, {"model": "claude-sonnet-5[1m]"}, True),
    ({"model": re.compile("sonnet|opus")}, ask_anthropic, {}, True),
    ({"model": re.compile("^sonnet")}, ask_anthropic, {}, False),
    ({"model": {"gpt-*", "claude-*"}}, ask_anthropic, {}, True),
    ({"model": {"gpt-*", "o?-*"}}, ask_anthropic, {}, False),
    ({"model": lambda model: model.endswith("-5")}, ask_anthropic, {}, True),
    ({"model": words("sonnet")}, ask_anthropic, {}, True),
    ({"provider": "openai"}, ask_openai, {}, True),
    ({"provider": "openai"}, ask_anthropic, {}, False),
    ({"provider": {"openai", "anthropic"}}, ask_anthropic, {}, True),
    ({"provider": re.compile("^anth")}, ask_anthropic, {}, True),
    ({"provider": lambda name: name != "openai"}, ask_openai, {}, False),
    ({"stream": True}, ask_openai, {"stream": True}, True),
    ({"stream": True}, ask_openai, {}, False),
    ({"stream": False}, ask_openai, {"stream": True}, False),
    ({"stream": False}, ask_openai, {}, True),
    ({"stream": True}, ask_anthropic, {"stream": True}, True),
    ({"stream": {True, False}}, ask_anthropic, {}, True),
    ({"where": lambda call: call.parameters["temperature"] < 1}, ask_openai, {"temperature": 0.5, "model": "gpt-4o"}, True),
    ({"where": lambda call: call.json["max_tokens"] == 98}, ask_anthropic, {}, False),
]


@pytest.mark.parametrize(("said", "named", "spoken", "fits"), SPOKEN)
def test_criteria_fit_what_was_spoken(
    ask: Callable[..., str], said: tuple[Any, ...], named: dict[str, Any], spoken: list[tuple[str, str]], fits: bool
) -> None:
    with intercept("no") as llm:
        llm.on(*said, **named).reply("yes")
        assert ask(spoken=spoken) == ("yes" if fits else "no")
    assert len(llm.calls.where(*said, **named)) == fits


@pytest.mark.parametrize(("named", "ask_one", "body", "fits"), ASKED)
def test_criteria_fit_how_it_was_asked(
    named: dict[str, Any], ask_one: Callable[..., str], body: dict[str, Any], fits: bool
) -> None:
    with intercept("no") as llm:
        llm.on(**named).reply("yes")
        assert ask_one(**body) == ("yes" if fits else "no")
    assert len(llm.calls.where(**named)) == fits


def test_a_value_of_any_other_kind_is_compared() -> None:
    class AnyText:
        def __eq__(self, other: object) -> bool:
            return isinstance(other, str)

        __hash__ = None  # type: ignore[assignment]

    with intercept("no") as llm:
        llm.on(prompt=AnyText()).reply("yes")
        assert ask_openai("whatever") == "yes"


def test_the_developer_message_is_system_text() -> None:
    with intercept("no") as llm:
        llm.on(system="Be brief.").reply("yes")
        assert ask_openai(spoken=[("developer", "Be brief."), ("user", "Hello")]) == "yes"


def test_the_text_of_several_parts_is_one_text() -> None:
    parts = [{"type": "text", "text": "What is "}, {"type": "text", "text": "the weather?"}]
    with intercept("no") as llm:
        llm.on("is the weather", prompt="What is the weather?").reply("yes")
        assert ask_openai(messages=[{"role": "user", "content": parts}]) == "yes"


def test_what_the_user_says_beside_a_tool_result_is_the_last_thing_said() -> None:
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "18 degrees"}
    spoken = [
        {"role": "user", "content": "weather?"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {}}]},
        {"role": "user", "content": [result, {"type": "text", "text": "Hurry up!"}]},
    ]
    with intercept("no") as llm:
        llm.on("hurry", turn=1, step=0).reply("yes")
        answer = anthropic_client().messages.create(model="claude-sonnet-5", max_tokens=9, messages=spoken)  # type: ignore[arg-type]
    assert answer.content[0].text == "yes"  # type: ignore[union-attr]


#: Criteria that can never be meant, the error and what its text says.
REFUSED: list[tuple[tuple[Any, ...], dict[str, Any], type[Exception], str]] = [
    ((), {"modle": "gpt-5"}, TypeError, "on(modle=...) is no criterion; did you mean 'model'?"),
    ((), {"promt": "x"}, TypeError, "on(promt=...) is no criterion; did you mean 'prompt'?"),
    (
        (),
        {"zzz": "x"},
        TypeError,
        f"on(zzz=...) is no criterion; known: {', '.join(sorted(CRITERIA))}",
    ),
    ((), {"provider": "openia"}, ValueError, "provider='openia' is unknown; did you mean 'openai'?"),
    ((), {"provider": {"openai", "antropic"}}, ValueError, "provider='antropic' is unknown; did you mean 'anthropic'?"),
    ((), {"operation": "chatt"}, ValueError, "operation='chatt' is unknown; did you mean 'chat'?"),
    (
        (),
        {"operation": frozenset({"zzz"})},
        ValueError,
        f"operation='zzz' is unknown; known: {', '.join(sorted(OPERATIONS))}",
    ),
    ((), {"model": ["gpt-5", "gpt-4o"]}, TypeError, "model=['gpt-5', 'gpt-4o']: for any-of, give a set"),
    ((), {"prompt": ("a", "b")}, TypeError, "prompt=('a', 'b'): for any-of, give a set"),
    ((), {"provider": ["openai"]}, TypeError, "provider=['openai']: for any-of, give a set"),
    ((), {"turn": [0, 1]}, TypeError, "turn=[0, 1]: for any-of, give a set"),
    ((), {"where": "x"}, TypeError, "where= takes a callable that is given the call, not 'x'"),
    (
        (len,),
        {},
        TypeError,
        "on(<built-in function len>): a positional criterion is words of the user's text; name the others, as in on(model=...)",
    ),
    (
        ({"a"},),
        {},
        TypeError,
        "on({'a'}): a positional criterion is words of the user's text; name the others, as in on(model=...)",
    ),
    (("",), {}, ValueError, "words(phrase): needs at least one word"),
    ((" \n",), {}, ValueError, "words(phrase): needs at least one word"),
]


@pytest.mark.parametrize("method", ["on", "override", "where"])
@pytest.mark.parametrize(("said", "named", "error", "text"), REFUSED)
def test_a_criterion_that_cannot_be_meant_is_refused(
    method: str, said: tuple[Any, ...], named: dict[str, Any], error: type[Exception], text: str
) -> None:
    llm = intercept()
    with pytest.raises(error) as refused:
        getattr(llm.calls if method == "where" else llm, method)(*said, **named)
    assert str(refused.value) == text


@pytest.mark.parametrize("name", ["provider", "operation"])
@pytest.mark.parametrize("wanted", [None, 3, {None}, {}], ids=repr)
def test_a_value_that_no_closed_set_can_hold_is_refused(name: str, wanted: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=rf"^{name}="):
        intercept().on(**{name: wanted})


def test_a_refused_rule_leaves_no_rule_behind() -> None:
    with intercept() as llm:
        with pytest.raises(TypeError):
            llm.on(modle="gpt-5")
        assert ask_openai() == "This is a mock request"


def test_a_bug_in_a_predicate_propagates(ask: Callable[..., str]) -> None:
    def buggy(call: Any) -> bool:
        return call.no_such_thing  # type: ignore[no-any-return]

    with raised_at_the_end(AttributeError, "no_such_thing"), intercept() as llm:
        llm.on(where=buggy).reply("never")
        with pytest.raises(Exception, match=r"^Connection error\.$") as wrapped:
            ask()
        assert isinstance(wrapped.value.__cause__, AttributeError)
    assert [type(failure) for failure in llm.failures] == [AttributeError]


def test_a_later_rule_s_predicate_is_not_asked_once_a_rule_has_answered() -> None:
    asked: list[str] = []
    with intercept() as llm:
        llm.on("weather").reply("first")
        llm.on(prompt=lambda text: bool(asked.append(text))).reply("second")
        llm.otherwise.reply("third")
        assert ask_openai("weather?") == "first"
        assert asked == []
        assert ask_openai("joke?") == "third"
        assert asked == ["joke?"]


@pytest.mark.parametrize(
    ("said", "named", "text"),
    [
        (("weather",), {}, "llm.on('weather')"),
        ((words("the weather"), contains("Par")), {}, "llm.on('the weather', contains('Par'))"),
        ((re.compile("w.+r"),), {}, "llm.on(re.compile('w.+r'))"),
        (
            (),
            {"prompt": "Hi", "model": "gpt-*", "stream": True, "turn": 0},
            "llm.on(prompt='Hi', model='gpt-*', stream=True, turn=0)",
        ),
        ((), {"prompt": words("hi"), "system": contains("x")}, "llm.on(prompt=words('hi'), system=contains('x'))"),
        ((), {"prompt": re.compile("hi", re.IGNORECASE)}, "llm.on(prompt=re.compile('hi', re.IGNORECASE))"),
        ((), {"model": {"gpt-5"}}, "llm.on(model={'gpt-5'})"),
        ((), {"where": test_a_refused_rule_leaves_no_rule_behind}, "llm.on(where=<test_a_refused_rule_leaves_no_rule_behind>)"),
        ((), {"prompt": "x" * 100}, f"llm.on(prompt='{'x' * 59}…{'x' * 18}')"),
    ],
)
def test_a_rule_reads_like_the_code_that_made_it(said: tuple[Any, ...], named: dict[str, Any], text: str) -> None:
    llm = intercept()
    assert repr(llm.on(*said, **named)) == text
    assert repr(llm.override(*said, **named)) == text.replace("llm.on", "llm.override")


def test_the_otherwise_reads_like_the_code_that_reaches_it() -> None:
    llm = intercept("Paris.")
    assert eval(repr(llm.otherwise), {"llm": llm}) is llm.otherwise


def test_words_of_nothing_are_refused_and_both_text_criteria_print_as_made() -> None:
    assert [repr(words("a  b")), repr(contains("a  b"))] == ["words('a  b')", "contains('a  b')"]
    with pytest.raises(ValueError, match="needs at least one word"):
        words("  ")


def test_every_criterion_of_the_contract_is_known() -> None:
    of_the_call = ["prompt", "system", "model", "provider", "operation", "stream", "turn", "step", "tool", "tool_result", "schema"]
    assert list(CRITERIA) == [*of_the_call, "header", "url", "body", "where"]
    assert all(CRITERIA[name].name == name for name in CRITERIA)
