"""Scripted conversations: which turn a call is comes from its own history."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest

from llm_intercept import disconnect, error, intercept, reply, tool_call
from llm_intercept.call import Call, Message
from llm_intercept.interceptor import Interceptor
from llm_intercept.wire import Request
from tests.rules.asking import anthropic_client, openai_client

Said = dict[str, Any]

REQUEST = Request("POST", "https", "api.openai.com", None, "/v1/chat/completions", (), b"{}", "httpx")


def user(text: str) -> Said:
    return {"role": "user", "content": text}


def ask(messages: list[Said], **body: Any) -> Said:
    """One turn of OpenAI's: the assistant's message, as it goes into the history."""
    given = {"model": "gpt-5", **body}
    made = openai_client().chat.completions.create(messages=messages, **given)  # type: ignore[call-overload]
    return dict(made.choices[0].message.model_dump(exclude_none=True))


def text(messages: list[Said], **body: Any) -> Any:
    return ask(messages, **body).get("content")


def results(message: Said, of: Callable[[str], str] = str) -> list[Said]:
    """A result for each tool call."""
    calls = message["tool_calls"]
    return [{"role": "tool", "tool_call_id": call["id"], "content": of(call["function"]["name"])} for call in calls]


def weather(llm: Interceptor) -> None:
    llm.on("weather").converse(tool_call("get_weather", city="Paris"), "Sunny.", "You are welcome.")


def test_a_conversation_goes_through_its_turns() -> None:
    with intercept() as llm:
        weather(llm)
        history = [user("The weather in Paris?")]
        called = ask(history)
        assert json.loads(called["tool_calls"][0]["function"]["arguments"]) == {"city": "Paris"}
        history += [called, *results(called)]
        history += [ask(history), user("Thank you!")]
        assert text(history) == "You are welcome."
        assert [entry.rule for entry in llm.calls] == [llm.calls[0].rule] * 3


def test_a_call_asked_again_is_the_same_turn() -> None:
    with intercept() as llm:
        llm.on("hi").converse("one", "two")
        assert [text([user("hi")]) for _ in range(3)] == ["one"] * 3
        again = [user("hi"), {"role": "assistant", "content": "one"}, user("and?")]
        assert [text(again) for _ in range(2)] == ["two", "two"]


def test_a_conversation_past_its_script_is_a_miss_that_says_so() -> None:
    with intercept() as llm:
        llm.on("hi").converse("one", "two")
        history = [user("hi")]
        for _ in range(2):
            history += [ask(history), user("hi")]
        with llm.expect_failure() as missed:
            ask(history)
        llm.otherwise.reply("later")
        assert text(history) == "later"
    assert "\n    this conversation is past its script of 2 turns\n" in str(missed.value)


def test_a_script_of_one_turn_is_past_it_after_one() -> None:
    with intercept() as llm:
        llm.on("hi").converse("one")
        history = [user("hi")]
        history += [ask(history), user("hi")]
        with llm.expect_failure() as missed:
            ask(history)
    assert "past its script of 1 turn\n" in str(missed.value)


def test_a_tool_call_s_result_is_awaited_by_its_id() -> None:
    with intercept() as llm:
        llm.on("weather").converse(reply(tool_call("get_weather"), tool_call("get_time").with_id("call_time")), "Done.")
        history = [user("weather?")]
        called = ask(history)
        first, second = results(called)
        for there, name in (([], "get_weather"), ([first], "get_time")):
            with llm.expect_failure() as missed:
                ask([*history, called, *there, *([] if there else [user("well?")])])
            assert f"the script awaits the result of {name} (" in str(missed.value)
        assert text([*history, called, second, first]) == "Done."


def test_a_result_of_a_tool_call_that_was_never_made_is_a_miss_that_says_so() -> None:
    with intercept() as llm:
        weather(llm)
        history = [user("weather?")]
        called = ask(history)
        other = {"role": "tool", "tool_call_id": "call_x", "content": "18"}
        with llm.expect_failure() as missed:
            ask([*history, called, *results(called), other])
    assert "the result of 'call_x' answers a tool call that was never made in this conversation" in str(missed.value)


FEW_SHOT = [user("2+2?"), {"role": "assistant", "content": "4"}]


@pytest.mark.parametrize("before", [FEW_SHOT, FEW_SHOT * 2, [{"role": "system", "content": "Count."}, *FEW_SHOT]])
def test_a_script_starts_at_the_first_match_whatever_the_history_holds(before: list[Said]) -> None:
    with intercept() as llm:
        llm.on("sum").converse("4", "6")
        for question in ("the sum of 2 and 2?", "sum 1 and 3"):
            history = [*before, user(question)]
            history += [ask(history), user("and 3+3?")]
            assert [message["content"] for message in (history[-2], ask(history))] == ["4", "6"]


CALLED = [{"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]


def test_a_history_that_lost_its_beginning_goes_on() -> None:
    with intercept() as llm:
        llm.on("begin").converse("one", "two", "three", "four")
        history = [user("begin")]
        for number in range(3):
            history += [ask(history), user(f"go on {number}")]
            history = history[-3:]
        assert text(history[-2:]) == "four"
        assert text([{"role": "system", "content": "A new one."}, *history]) == "four"
        with llm.expect_failure():
            ask([{"role": "assistant", "content": "five"}, user("go on")])
        with llm.expect_failure():
            ask([user("go on 1"), {"role": "assistant", "content": None, "tool_calls": CALLED}, user("go on")])


def assistant(text: str) -> Said:
    return {"role": "assistant", "content": text}


#: What an application keeps of a conversation, and the turn that comes after it.
KEPT: list[tuple[list[Said], str]] = [
    ([user("weather?"), assistant("Sunny."), user("Thanks.")], "Anything else?"),
    ([user("weather?"), assistant("SUNNY!"), user("Thanks.")], "Anything else?"),
    ([user("weather?"), assistant("Anything else?"), user("No.")], "Bye."),
    ([user("weather?"), {"role": "assistant", "tool_calls": CALLED}, results({"tool_calls": CALLED})[0]], "Sunny."),
    ([user("weather?"), assistant("Sun"), assistant("ny."), user("Thanks.")], "Anything else?"),
]


@pytest.mark.parametrize(("kept", "next_"), KEPT)
def test_an_application_may_drop_tool_calls_and_what_stood_between(kept: list[Said], next_: str) -> None:
    with intercept() as llm:
        llm.on("weather").converse(tool_call("get_weather"), "Sunny.", "Anything else?", "Bye.")
        ask([user("weather?")])
        assert text(kept) == next_


def test_a_tool_call_that_the_application_made_a_text_of_is_the_turn_that_it_was() -> None:
    with intercept() as llm:
        llm.on("weather").converse(tool_call("final"), tool_call("final"))
        ask([user("weather?")])
        assert "tool_calls" in ask([user("weather?"), assistant("Sunny."), user("And now?")])


def test_a_tool_call_is_told_by_its_arguments_where_the_middle_was_dropped() -> None:
    with intercept() as llm:
        llm.on("look").converse(*[tool_call("look", at=place) for place in "abc"], "Seen.")
        history = [user("look")]
        for _ in "abc":
            called = ask(history)
            history += [called, *results(called)]
        assert text([history[0], *history[-2:]]) == "Seen."


def test_the_system_text_may_change_from_turn_to_turn() -> None:
    with intercept() as llm:
        llm.on("hi").converse("one", "two")
        first = ask([{"role": "system", "content": "It is noon."}, user("hi")])
        assert text([{"role": "system", "content": "It is one."}, user("hi"), first, user("and?")]) == "two"


def test_turns_that_say_the_same_are_told_apart_by_their_place() -> None:
    with intercept() as llm:
        llm.on("begin").converse("ok", "ok", "ok", "done")
        history = [user("begin")]
        for _ in range(3):
            history += [ask(history), user("continue")]
        assert text(history) == "done"


def test_what_the_application_made_of_an_answer_does_not_matter() -> None:
    with intercept() as llm:
        llm.on("begin").converse("  one ", "two")
        history = [user("begin")]
        ask(history)
        assert text([*history, {"role": "assistant", "content": "ONE"}, user("next")]) == "two"


def test_criteria_on_the_whole_conversation_hold_for_all_turns() -> None:
    with intercept("else") as llm:
        llm.on("begin", model="gpt-5").converse("one", "two")
        history = [user("begin")]
        history += [ask(history), user("next")]
        assert text(history, model="gpt-6") == "else"
        assert text(history) == "two"


def test_two_agents_that_are_asked_the_same_have_a_script_each() -> None:
    def spoken(agent: str) -> list[Any]:
        history = [{"role": "system", "content": agent}, user("Paris")]
        said = []
        for _ in range(2):
            history += [ask(history), user("more")]
            said.append(history[-2]["content"])
        return said

    with intercept() as llm:
        llm.on("paris", system="writer").converse("W1", "W2")
        llm.on("paris", system="reader").converse("R1", "R2")
        assert [spoken("reader"), spoken("writer")] == [["R1", "R2"], ["W1", "W2"]]


@pytest.mark.parametrize("broken", [error(503), reply("O", disconnect()), reply(disconnect())], ids=["error", "cut", "refused"])
def test_an_error_is_answered_once_and_asked_again(broken: Any) -> None:
    with intercept() as llm:
        llm.on("hi").converse("one", broken, "two")
        client = openai.OpenAI(api_key="k", max_retries=1)
        history: list[Any] = [user("hi")]
        first = client.chat.completions.create(model="m", messages=history)
        history += [{"role": "assistant", "content": first.choices[0].message.content}, user("and?")]
        second = client.chat.completions.create(model="m", messages=history)
        assert second.choices[0].message.content == "two"
        assert [entry.attempt for entry in llm.calls] == [1, 1, 2]


def test_a_turn_may_be_a_callable() -> None:
    with intercept() as llm:
        llm.on("hi").converse(lambda call: f"You said {call.prompt}.", lambda call: f"And {call.prompt}.", "Bye.")
        history = [user("hi")]
        history += [ask(history), user("ho")]
        history += [ask(history), user("bye")]
        assert [history[1]["content"], history[3]["content"], text(history[-3:])] == ["You said hi.", "And ho.", "Bye."]


def test_two_hundred_conversations_through_one_rule_in_any_order() -> None:
    with intercept() as llm:
        llm.on("weather").converse(tool_call("get_weather"), tool_call("get_time"), lambda call: f"Done: {call.prompt}")
        open_ = {number: [user(f"The weather in city {number}?")] for number in range(200)}
        dice, done = random.Random(3), {}

        def step(number: int) -> None:
            history = open_[number]
            message = ask(history)
            history += [message, *(results(message) if "tool_calls" in message else ())]
            if "content" in message:
                done[number] = message["content"]

        with ThreadPoolExecutor(8) as pool:
            for _ in range(3):
                order = list(open_)
                dice.shuffle(order)
                list(pool.map(step, order))
    assert done == {number: f"Done: The weather in city {number}?" for number in range(200)}


def test_a_response_that_goes_on_from_another_is_the_next_turn() -> None:
    with intercept() as llm:
        llm.on("hi").converse("one", "two", "three")
        client = openai_client()
        first = client.responses.create(model="gpt-5", input="hi")
        second = client.responses.create(model="gpt-5", input="and?", previous_response_id=first.id)
        branch = client.responses.create(model="gpt-5", input="or?", previous_response_id=first.id)
        third = client.responses.create(model="gpt-5", input="and?", previous_response_id=second.id)
    assert [one.output_text for one in (first, second, branch, third)] == ["one", "two", "two", "three"]


def test_a_conversation_kept_by_its_provider_goes_through_its_turns() -> None:
    with intercept() as llm:
        llm.on("hi").converse("one", "two")
        client = openai_client()
        kept = client.conversations.create()
        said = [client.responses.create(model="gpt-5", input=one, conversation=kept.id).output_text for one in ("hi", "ho")]
    assert said == ["one", "two"]


def test_anthropic_s_conversation_goes_through_its_turns() -> None:
    with intercept() as llm:
        weather(llm)
        client = anthropic_client()
        history: list[Any] = [user("The weather?")]
        for answered in (True, False):
            made = client.messages.create(model="claude-sonnet-5", max_tokens=99, messages=history)
            history.append({"role": "assistant", "content": [block.model_dump() for block in made.content]})
            if answered:
                use = made.content[0]
                history.append({"role": "user", "content": [{"type": "tool_result", "tool_use_id": use.id, "content": "18"}]})  # type: ignore[union-attr]
        assert history[-1]["content"][0]["text"] == "Sunny."


def test_what_no_script_has_begun_is_asked_of_its_criteria() -> None:
    with intercept() as llm:
        weather(llm)
        with llm.expect_failure() as missed:
            ask([user("hi"), {"role": "assistant", "content": "Sunny."}, user("thanks")])
    assert "'weather': not in 'thanks'" in str(missed.value)


def test_a_script_is_fresh_in_every_block() -> None:
    llm = intercept()
    weather(llm)
    for _ in range(2):
        with llm:
            assert "tool_calls" in ask([user("weather?")])
    llm.reset()
    assert repr(llm._book.rules[0]) == "llm.on('weather')"
    assert str(llm._book.rules[0]).endswith("reply('Sunny.'), then reply('You are welcome.'), turn by turn.")


def test_many_rules_know_their_scripts_too() -> None:
    with intercept() as llm:
        for number in range(50):
            llm.on(f"question {number}").converse(f"one {number}", f"two {number}")
        history = [user("question 7")]
        history += [ask(history), user("go on")]
        assert text(history) == "two 7"


def test_a_script_shadows_nothing() -> None:
    llm = intercept()
    llm.on("hi").converse("one")
    llm.on("hi").reply("two")


@pytest.mark.parametrize(
    ("give", "why"),
    [
        (lambda rule: rule.converse(), r"converse\(\.\.\.\): give at least one turn"),
        (lambda rule: rule.converse("a").times(2), "a script ends with its last turn, in every conversation"),
        (lambda rule: rule.converse("a").forever(), "a script ends with its last turn, in every conversation"),
        (lambda rule: rule.converse("a").then("b"), r"comes before \.once\(\)"),
        (lambda rule: rule.converse("a").reply("b"), "has a reply already"),
        (lambda rule: rule.converse(3), "is no part of a reply"),
    ],
)
def test_what_makes_no_script_is_refused(give: Callable[[Any], Any], why: str) -> None:
    with pytest.raises(TypeError, match=why):
        give(intercept().on("hi"))


def test_a_history_may_be_empty() -> None:
    with intercept(contract="off") as llm:
        llm.on().converse("one", "two")
        assert text([]) == "one"
        assert text([assistant("one"), user("and?")]) == "two"


def test_a_callable_s_turn_is_not_known_by_its_words_alone() -> None:
    with intercept("else") as llm:
        llm.on("begin").converse(lambda _: "one", "two")
        assert text([user("begin")]) == "one"
        assert text([assistant("one"), user("begin")]) == "one"


def test_results_without_ids_answer_whatever_was_called() -> None:
    with intercept() as llm:
        llm.on("begin").converse(tool_call("f"), "Done.")
        ask([user("begin")])
        called = {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": "{}"}}
        assert text([user("begin"), called, {"role": "function", "name": "f", "content": "1"}]) == "Done."


class Hashed(str):
    """A text that counts how often it is looked at whole."""

    looked = 0

    def __hash__(self) -> int:
        Hashed.looked += 1
        return str.__hash__(self)

    def __eq__(self, other: object) -> bool:
        Hashed.looked += 1
        return str.__eq__(self, other)


@pytest.mark.parametrize("others", [0, 1_000])
def test_a_call_looks_at_each_message_of_its_history_once_however_many_conversations_there_are(others: int) -> None:
    with intercept() as llm:
        llm.on(system="s").converse(*["ok"] * 200)
        book = llm._current().book
        for number in range(others):
            assert book.choose(
                Call(REQUEST, "openai", "chat", "openai chat", "m", (Message("system", "s"), Message("user", str(number))))
            )
        history: list[Message] = [Message("system", "s")]
        for number in range(100):
            history += [Message("user", Hashed(f"text {number}"))]
            Hashed.looked = 0
            assert book.choose(Call(REQUEST, "openai", "chat", "openai chat", "m", tuple(history)))
            assert Hashed.looked <= number + 10
            history += [Message("assistant", "ok")]
        assert book.furthest(llm._current().book.rules[0]) == 100


def test_threads_that_race_on_one_history_hear_the_same_turn() -> None:
    with intercept() as llm:
        llm.on("begin").converse(tool_call("f"), "two", "three")
        history = [user("begin")]
        with ThreadPoolExecutor(8) as pool:
            first = ask(history)
            again = [user("begin"), first, *results(first)]
            heard = list(pool.map(lambda number: text([again, again[1:]][number % 2]), range(100)))
    assert heard == ["two"] * 100
