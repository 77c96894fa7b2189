"""Matchers: what they fit, alone and combined, on the raw request and on what it means."""

from __future__ import annotations

import re
from typing import Any

import dirty_equals
import pydantic
import pytest

from llm_intercept import Matcher, contains, intercept, words
from llm_intercept.rules.criteria import criteria
from llm_intercept.rules.matchers import leaves
from tests.rules.asking import ask_anthropic, ask_openai, openai_client


class Shouted(Matcher):
    """A matcher of a user's own."""

    def fits(self, value: Any) -> bool:
        return isinstance(value, str) and value.isupper()

    def __repr__(self) -> str:
        return "Shouted()"


class City(pydantic.BaseModel):
    name: str
    country: str


WEATHER = "What is the weather in Paris?"
TOOLS = [
    {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": {}}}}
    for name in ("get_weather", "get_time")
]
USED = [("user", WEATHER), ("use", "get_weather"), ("result", "18 degrees, fine")]
USED_TWICE = [*USED, ("use", "get_time"), ("result", "noon")]
SCHEMA = {"type": "json_schema", "json_schema": {"name": "city", "schema": City.model_json_schema(), "strict": True}}

#: Named criteria, how it is asked, whether they fit.
FITTING: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    # combinations
    ({"prompt": words("weather") & words("paris")}, {}, True),
    ({"prompt": words("weather") & words("london")}, {}, False),
    ({"prompt": words("london") | contains("Paris")}, {}, True),
    ({"prompt": words("london") | words("rome")}, {}, False),
    ({"prompt": ~words("london")}, {}, True),
    ({"prompt": ~words("paris")}, {}, False),
    ({"prompt": ~(words("rome") | words("paris"))}, {}, False),
    ({"prompt": words("weather") & ~words("london") & ~words("rome")}, {}, True),
    ({"prompt": words("london") | re.compile("Par.s")}, {}, True),
    ({"prompt": re.compile("Par.s") & ~words("london")}, {}, True),
    ({"prompt": "Hello" | words("weather")}, {}, True),
    ({"prompt": {"Hello", "Bye"} | words("weather")}, {}, True),
    ({"prompt": {words("london"), ~contains("Rome")}}, {}, True),
    ({"model": "gpt-*" & ~contains("mini")}, {"model": "gpt-5-mini"}, False),
    ({"model": "gpt-*" & ~contains("mini")}, {"model": "gpt-5"}, True),
    # a matcher of one's own
    ({"prompt": Shouted()}, {}, False),
    ({"prompt": ~Shouted() & contains("Paris")}, {}, True),
    # dirty-equals, instances and classes
    ({"prompt": dirty_equals.IsStr}, {}, True),
    ({"prompt": dirty_equals.IsStr(regex="(?s)What.*")}, {}, True),
    ({"prompt": dirty_equals.IsInt}, {}, False),
    ({"turn": dirty_equals.IsInt(ge=1)}, {}, False),
    ({"turn": dirty_equals.IsNonNegative}, {}, True),
    ({"model": dirty_equals.IsOneOf("gpt-5", "gpt-4o")}, {}, True),
    ({"provider": dirty_equals.IsOneOf("azure", "openai")}, {}, True),
    ({"body": {"temperature": dirty_equals.IsFloat(lt=1)}}, {"temperature": 0.5}, True),
    # tools on offer
    ({"tool": "get_time"}, {"tools": TOOLS}, True),
    ({"tool": "get_*"}, {"tools": TOOLS}, False),
    ({"tool": re.compile("^get_")}, {"tools": TOOLS}, True),
    ({"tool": {"buy", "get_time"}}, {"tools": TOOLS}, True),
    ({"tool": ~contains("time")}, {"tools": TOOLS}, False),
    ({"tool": contains("weather") & contains("time")}, {"tools": TOOLS}, True),
    ({"tool": None}, {"tools": TOOLS}, False),
    ({"tool": None}, {}, True),
    ({"tool": "get_time"}, {}, False),
    # results given since the assistant's last message
    ({"tool_result": "18 degrees, fine"}, {"spoken": USED}, True),
    ({"tool_result": "18 degrees"}, {"spoken": USED}, False),
    ({"tool_result": words("18 degrees")}, {"spoken": USED}, True),
    ({"tool_result": words("18 degrees")}, {"spoken": USED_TWICE}, False),
    ({"tool_result": "noon"}, {"spoken": USED_TWICE}, True),
    ({"tool_result": {"get_weather": contains("fine")}}, {"spoken": USED}, True),
    ({"tool_result": {"get_time": contains("fine")}}, {"spoken": USED}, False),
    ({"tool_result": None}, {"spoken": USED}, False),
    ({"tool_result": None}, {}, True),
    ({"tool_result": str.istitle}, {"spoken": USED}, False),
    # the schema wanted
    ({"schema": True}, {"response_format": SCHEMA}, True),
    ({"schema": False}, {"response_format": SCHEMA}, False),
    ({"schema": False}, {}, True),
    ({"schema": None}, {}, True),
    ({"schema": City}, {"response_format": SCHEMA}, True),
    ({"schema": City}, {}, False),
    ({"schema": "City"}, {"response_format": SCHEMA}, True),
    ({"schema": re.compile("^Town")}, {"response_format": SCHEMA}, False),
    ({"schema": {"properties": {"name": {"type": "string"}}}}, {"response_format": SCHEMA}, True),
    ({"schema": {"properties": {"age": {}}}}, {"response_format": SCHEMA}, False),
    ({"schema": lambda schema: schema is not None and "country" in schema["properties"]}, {"response_format": SCHEMA}, True),
    # the raw request
    ({"header": {"x-tenant": "blue"}}, {"extra_headers": {"X-Tenant": "blue"}}, True),
    ({"header": {"X-Tenant": {"red", "blue"}}}, {"extra_headers": {"X-Tenant": "blue"}}, True),
    ({"header": {"x-tenant": "blue"}}, {}, False),
    ({"header": {"x-tenant": None}}, {}, True),
    ({"header": {"authorization": contains("sk-of-the-tests")}}, {}, True),
    ({"url": "https://api.openai.com/*"}, {}, True),
    ({"url": "https://api.openai.com/v1/chat/completions"}, {}, True),
    ({"url": "*anthropic*"}, {}, False),
    ({"url": contains("/chat/")}, {}, True),
    ({"body": {"temperature": 0.5}}, {"temperature": 0.5, "seed": 1}, True),
    ({"body": {"temperature": 0.5}}, {"seed": 1}, False),
    ({"body": {"messages": [{"role": "user"}]}}, {}, True),
    ({"body": {"messages": [{"role": "user"}, {}]}}, {}, False),
    ({"body": {"metadata": {"user": re.compile("^u")}}}, {"metadata": {"user": "u1", "x": "y"}}, True),
    ({"body": {"logprobs": False}}, {"logprobs": True}, False),
    ({"body": {"metadata": {"a": "x" | words("y")}}}, {"metadata": {"a": "y"}}, True),
    ({"body": {"logprobs": True}}, {"logprobs": True}, True),
    ({"body": {"stop": {"a", "b"}}}, {"stop": "b"}, True),
    ({"body": lambda body: "seed" in body}, {"seed": 1}, True),
]


@pytest.mark.parametrize(("named", "asked", "fits"), FITTING)
def test_a_criterion_fits(named: dict[str, Any], asked: dict[str, Any], fits: bool) -> None:
    with intercept("no", contract="off") as llm:
        llm.on(**named).reply("yes")
        assert ask_openai(WEATHER, **asked) == ("yes" if fits else "no")
    assert len(llm.calls.where(**named)) == fits


def test_a_schema_is_its_model_s_after_an_sdk_has_made_it_strict() -> None:
    with intercept() as llm:
        llm.on(schema=City).reply(City(name="Paris", country="France"))
        made = openai_client().chat.completions.parse(
            model="gpt-5", messages=[{"role": "user", "content": "Where?"}], response_format=City
        )
    assert made.choices[0].message.parsed == City(name="Paris", country="France")


def test_combinations_stand_among_the_words() -> None:
    with intercept("no") as llm:
        llm.on(words("weather") & ~words("london")).reply("yes")
        assert [ask_openai(text) for text in (WEATHER, "The weather in London?")] == ["yes", "no"]


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (words("a") & ~contains("b"), "words('a') & ~contains('b')"),
        ((words("a") | "b") & words("c"), "(words('a') | 'b') & words('c')"),
        (~(words("a") & words("b")), "~(words('a') & words('b'))"),
        ("a" & words("b"), "'a' & words('b')"),
        ("a" | words("b"), "'a' | words('b')"),
    ],
)
def test_a_combination_reads_like_the_code_that_made_it(wanted: object, text: str) -> None:
    assert repr(wanted) == text


@pytest.mark.parametrize("value", [3, None, b"a"])
def test_a_text_matcher_fits_texts_alone(value: object) -> None:
    assert not words("a").fits(value)
    assert not contains("a").fits(value)


def test_the_leaves_of_a_combination_are_its_values() -> None:
    combined = {words("a") | "b", ~contains("c")}
    assert {repr(leaf) for leaf in leaves(combined)} == {"words('a')", "'b'", "contains('c')"}


@pytest.mark.parametrize(
    ("named", "error", "text"),
    [
        ({"provider": "openia" | words("x")}, ValueError, "provider='openia' is unknown; did you mean 'openai'?"),
        ({"operation": ~words("x") & "chatt"}, ValueError, "operation='chatt' is unknown; did you mean 'chat'?"),
        ({"prompt": words("x") | ["a"]}, TypeError, "prompt=words('x') | ['a']: for any-of, give a set"),
        ({"header": "x-tenant"}, TypeError, "header='x-tenant': a mapping from a header's name to its value"),
        ({"header": {1: "x"}}, TypeError, "header={1: 'x'}: a mapping from a header's name to its value"),
    ],
)
def test_what_can_never_fit_is_refused_within_a_combination_too(named: dict[str, Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error) as refused:
        criteria((), named)
    assert str(refused.value) == text


#: Criteria that do not fit this call, and why.
DIFFERING: list[tuple[dict[str, Any], str]] = [
    ({"tool": "buy"}, "tool: wanted 'buy', the call has ['get_weather', 'get_time']"),
    ({"tool_result": "noon"}, "tool_result: wanted 'noon', the call has {'get_weather': '18 degrees, fine'}"),
    ({"schema": City}, "schema: wanted <City>, the call has None"),
    ({"header": {"x-tenant": "blue"}}, "header: wanted {'x-tenant': 'blue'}, the call has {'x-tenant': None}"),
    (
        {"header": {"Authorization": "Bearer sk-mine"}},
        "header: wanted {'Authorization': '[redacted]'}, the call has {'Authorization': '[redacted]'}",
    ),
    ({"url": "*anthropic*"}, "url='*anthropic*': the call goes to https://api.openai.com/v1/chat/completions"),
    ({"body": {"seed": 1, "model": "gpt-5"}}, "body: wanted {'seed': 1}, the call has {}"),
    ({"body": {"temperature": 1, "seed": 1}}, "body: wanted {'temperature': 1, 'seed': 1}, the call has {'temperature': 0.5}"),
    ({"prompt": ~words("weather")}, "prompt: wanted ~words('weather'), the call has 'What is the weather in Paris?'"),
]


@pytest.mark.parametrize(("named", "why"), DIFFERING)
def test_a_criterion_says_why_it_does_not_fit(named: dict[str, Any], why: str) -> None:
    with intercept(contract="off") as llm:
        llm.on(**named).reply("never")
        with llm.expect_failure() as missed:
            ask_openai(spoken=USED, tools=TOOLS, temperature=0.5)
    assert f"\n    {why}\n" in str(missed.value)


def test_a_body_that_is_compared_whole_says_so() -> None:
    with intercept() as llm:
        llm.on(body=dirty_equals.IsStr).reply("never")
        with llm.expect_failure() as missed:
            ask_openai("Hi")
    assert "body: wanted <IsStr>, the call has {'model': 'gpt-5', 'messages':" in str(missed.value)


def test_none_of_several_says_none() -> None:
    with intercept() as llm:
        llm.on(tool_result="noon").reply("never")
        with llm.expect_failure() as missed:
            ask_openai("Hi")
    assert "tool_result: wanted 'noon', the call has none" in str(missed.value)


def test_a_secret_that_a_rule_wants_is_shown_nowhere() -> None:
    rule = intercept().on(header={"x-api-key": "sk-mine", "x-tenant": "blue"}).reply("yes")
    assert repr(rule) == "llm.on(header={'x-api-key': '[redacted]', 'x-tenant': 'blue'})"
    assert "sk-mine" not in str(rule)


#: A rule, as a sentence.
SENTENCES: list[tuple[tuple[Any, ...], dict[str, Any], str]] = [
    ((), {}, "If anything is asked, always reply reply('Hi')."),
    (("weather",), {"model": "gpt-*"}, "If the last thing said has the words 'weather' and the model is like 'gpt-*', {}"),
    ((contains("x"),), {"prompt": "Hi"}, "If the last thing said contains 'x' and the user's last text is 'Hi', {}"),
    ((), {"prompt": re.compile("^a")}, "If the user's last text matches /^a/, {}"),
    ((), {"provider": {"openai", "azure"}}, "If the provider is 'azure' or is 'openai', {}"),
    ((), {"prompt": words("a") & ~contains("b")}, "If the user's last text has the words 'a' and not so that it contains 'b', {}"),
    ((), {"system": words("a") | "b"}, "If the system text has the words 'a' or is 'b', {}"),
    ((), {"schema": City, "turn": 2}, "If the schema wanted is City and the turn is 2, {}"),
    ((), {"body": {"seed": 1}}, "If the body has {'seed': 1}, {}"),
    ((), {"where": str.isupper}, "If the call passes isupper, {}"),
]


@pytest.mark.parametrize(("said", "named", "text"), SENTENCES)
def test_a_rule_prints_as_a_sentence(said: tuple[Any, ...], named: dict[str, Any], text: str) -> None:
    rule = intercept().on(*said, **named).reply("Hi")
    assert str(rule) == text.replace("{}", "always reply reply('Hi').")


def test_a_sentence_says_how_often() -> None:
    llm = intercept("Bye")

    def shout(call: object) -> str:
        return "HI"

    assert str(llm.otherwise) == "Otherwise, always reply reply('Bye')."
    assert str(llm.on("a")) == "If the last thing said has the words 'a', reply nothing yet."
    assert str(llm.on("b").reply("x").once()).endswith(", reply reply('x'), once.")
    assert str(llm.on("c").reply("x").times(3)).endswith(", reply reply('x'), 3 times in all.")
    assert str(llm.on("d").replies("x", "y")).endswith(", reply reply('x'), then reply('y'), once each.")
    assert str(llm.on("e").replies("x", "y").forever()).endswith(", reply reply('x'), then reply('y'), for ever.")
    assert str(llm.on("f").reply(shout)).endswith(", always reply what shout returns.")


def test_every_provider_s_call_is_asked_alike(ask: Any) -> None:
    with intercept("no") as llm:
        llm.on(tool_result={"get_weather": contains("fine")}).reply("yes")
        assert ask(spoken=USED) == "yes"
        assert ask(spoken=USED_TWICE) == "no"


def test_anthropic_s_header_is_asked_too() -> None:
    with intercept("no") as llm:
        llm.on(header={"anthropic-version": re.compile("^20")}).reply("yes")
        assert ask_anthropic("Hi") == "yes"
