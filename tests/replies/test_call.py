"""What a call tells: its last words, its system text, and where in the conversation it stands."""

from __future__ import annotations

from typing import Any

import pydantic
import pytest

from llm_intercept.call import Call, Message, Tool, ToolUse
from llm_intercept.wire import Request

REQUEST = Request("POST", "https", "api.openai.com", None, "/v1/chat/completions", (), b"{}", "httpx")
SYSTEM, RULES = Message("system", "Be brief."), Message("system", "Be kind.")
HI, MORE = Message("user", "Hi"), Message("user", "And more?")
HELLO, RESULT = Message("assistant", "Hello."), Message("tool", "21", tool_use_id="call_1")


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        ((), {"prompt": "", "said_last": None, "system": "", "turn": 0, "step": 0}),
        ((HI,), {"prompt": "Hi", "said_last": "Hi", "turn": 0, "step": 0}),
        ((SYSTEM, HI), {"prompt": "Hi", "said_last": "Hi", "system": "Be brief."}),
        ((SYSTEM, HI, RULES), {"prompt": "Hi", "said_last": None, "system": "Be brief.\n\nBe kind."}),
        ((HI, HELLO), {"prompt": "Hi", "said_last": None, "turn": 1, "step": 1}),
        ((HI, HELLO, RESULT), {"prompt": "Hi", "said_last": None, "turn": 1, "step": 1}),
        ((HI, HELLO, RESULT, HELLO, RESULT), {"prompt": "Hi", "said_last": None, "turn": 2, "step": 2}),
        ((HI, HELLO, MORE), {"prompt": "And more?", "said_last": "And more?", "turn": 1, "step": 0}),
        ((HI, HELLO, RESULT, HELLO, MORE, HELLO), {"prompt": "And more?", "said_last": None, "turn": 3, "step": 1}),
        ((HELLO,), {"prompt": "", "said_last": None, "turn": 1, "step": 1}),
    ],
)
def test_a_call_knows_where_its_conversation_stands(messages: tuple[Message, ...], told: dict[str, Any]) -> None:
    call = Call(REQUEST, "openai", "chat", "openai chat", "m", messages)
    assert {name: getattr(call, name) for name in told} == told


def test_a_tool_without_parameters_takes_none_and_shares_nothing_that_changes() -> None:
    assert dict(Tool("look").parameters) == {}
    with pytest.raises(TypeError):
        Tool("look").parameters["a"] = 1  # type: ignore[index]


def test_a_calls_repr_is_short_and_shows_no_body() -> None:
    request = REQUEST._replace(headers=((b"authorization", b"Bearer sk-secret"),), body=b"sk-secret")
    call = Call(request, "openai", "chat", "openai chat", "m", (Message("user", "word " * 100),), json={"k": "sk-secret"})
    assert len(repr(call)) < 120
    assert "sk-secret" not in repr(call)
    assert "'m'" in repr(call)


class Order(pydantic.BaseModel):
    total: int


def test_the_last_thing_said_is_read_into_a_model_and_a_result_as_a_value() -> None:
    def call(*messages: Message) -> Call:
        return Call(REQUEST, "openai", "chat", "openai chat", "m", messages)

    use = Message("assistant", "", (ToolUse("call_1", "price", {}),))
    asked = call(HI, use, Message("tool", '{"total": 7}', tool_use_id="call_1"))
    assert asked.parse(Order) == Order(total=7)
    assert [(one.name, one.parsed) for one in asked.tool_results] == [("price", {"total": 7})]
    assert call(Message("user", "[1]")).parse(list[int]) == [1]
    for nothing in (call(), call(HI)):
        with pytest.raises(pydantic.ValidationError):
            nothing.parse(Order)
    assert asked.last_user == "Hi"
