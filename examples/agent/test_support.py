"""The agent, with what the model says scripted: no key, no network."""

import openai
import pytest
from support import Agent, Shop, TooManySteps

from llm_intercept import overloaded, quota_exhausted, rate_limit, reply, tool_call


@pytest.fixture
def shop():
    return Shop(orders={"A1": 80.0, "A2": 15.5})


@pytest.fixture
def agent(shop):
    return Agent(openai.OpenAI(), shop)


def test_a_refund_is_paid_after_the_order_was_looked_up(llm_mock, agent, shop):
    llm_mock.on("refund").converse(
        tool_call("find_order", number="A1"),
        tool_call("refund", number="A1", amount=80),
        "Your 80 euros are on their way.",
    )
    assert agent.ask("I want a refund for order A1.") == "Your 80 euros are on their way."
    assert shop.refunds == [("A1", 80.0)]
    assert [result.text for result in llm_mock.calls.last.call.tool_results] == ["refunded"]
    assert list(llm_mock.calls[0].tools) == ["find_order", "refund"]


def test_two_orders_are_looked_up_at_once(llm_mock, agent):
    llm_mock.on("A1 and A2").converse(
        reply(tool_call("find_order", number="A1"), tool_call("find_order", number="A2")),
        "Both were delivered.",
    )
    assert agent.ask("Where are A1 and A2?") == "Both were delivered."
    assert [result.text for result in llm_mock.calls.last.call.tool_results] == ["80.00 EUR, delivered", "15.50 EUR, delivered"]


@pytest.mark.parametrize(
    ("called", "told"),
    [
        (tool_call("refund", number="A1", amount=-1), "greater than 0"),
        (tool_call("refund", number="A1", amount=800), "refused"),
        (tool_call("refund", '{"number": "A1", "amou'), "Invalid JSON"),
        (tool_call("pay_back", number="A1"), "there is no tool pay_back"),
    ],
    ids=["a negative amount", "more than was paid", "arguments cut short", "a tool that nobody offered"],
)
def test_a_call_that_is_wrong_pays_nothing_and_the_model_is_told(llm_mock, agent, shop, called, told):
    llm_mock.on("refund").converse(called, "I am sorry, that did not work.")
    assert agent.ask("A refund for A1, please.") == "I am sorry, that did not work."
    assert shop.refunds == []
    assert told in llm_mock.calls.last.messages[-1].text


def test_a_customer_goes_on(llm_mock, agent):
    llm_mock.on("order A2").converse(tool_call("find_order", number="A2"), "It was delivered.", "You are welcome.")
    assert agent.ask("Where is order A2?") == "It was delivered."
    assert agent.ask("Thank you.") == "You are welcome."


def test_a_model_that_never_answers_is_stopped(llm_mock, agent):
    llm_mock.on("Hello").converse(*[tool_call("find_order", number=f"B{step}") for step in range(6)])
    with pytest.raises(TooManySteps):
        agent.ask("Hello")


def test_the_refund_is_paid_once_however_often_the_call_is_tried(llm_mock, agent, shop):
    llm_mock.on("refund", step=0).replies(rate_limit(), tool_call("refund", number="A2", amount=15.5))
    llm_mock.on(tool_result={"refund": "refunded"}).replies(overloaded(), "Done.")
    assert agent.ask("A refund for A2, please.") == "Done."
    assert shop.refunds == [("A2", 15.5)]
    assert llm_mock.resilience().ok


def test_what_does_not_pass_is_not_tried_for_ever(llm_mock, agent):
    llm_mock.on("Hello").reply(quota_exhausted())
    with pytest.raises(openai.RateLimitError, match="quota"):
        agent.ask("Hello")
    assert len(llm_mock.calls) <= 3
