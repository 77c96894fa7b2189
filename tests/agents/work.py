"""What the agents do: three tools, the scripts of what their models say, and what comes of it; the same in every framework."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from llm_intercept import Interceptor, contains, reply, tool_call
from llm_intercept.call import Call

__all__ = [
    "ASKED",
    "LEAD",
    "REACT",
    "TOOLS",
    "WRITER",
    "Agent",
    "add",
    "get_time",
    "get_weather",
    "reacted",
    "script_react",
    "script_team",
    "teamed",
]

#: Runs one conversation: a prompt in, the last text out.
Agent = Callable[[str], Awaitable[str]]

ASKED = "Plan trip {}."

REACT, LEAD, WRITER = "You travel alone.", "You lead a team.", "You write down."


def get_weather(city: str) -> str:
    """Tells the weather."""
    return f"18 degrees in {city}"


def get_time(city: str) -> str:
    """Tells the time."""
    return f"noon in {city}"


def add(a: int, b: int) -> str:
    """Adds two numbers."""
    return str(a + b)


TOOLS: Mapping[str, Callable[..., str]] = {"get_weather": get_weather, "get_time": get_time, "add": add}


def _number(call: Call) -> int:
    """Which trip a call is about, by its whole history."""
    text = next(message.text for message in call.messages if "trip " in message.text)
    return int(text.partition("trip ")[2].partition(".")[0])


def script_react(llm: Interceptor) -> None:
    """An agent that reasons and acts: two tools at once, one whose arguments come from the conversation, then the answer."""
    llm.on(system=contains(REACT)).converse(
        reply("Let me see.", tool_call("get_weather", city="Paris"), tool_call("get_time", city="Rome")),
        lambda call: tool_call("add", a=_number(call), b=1),
        lambda call: f"Trip {_number(call)}: {call.tool_results[0].text}.",
    )


def reacted(number: int) -> str:
    return f"Trip {number}: {number + 1}."


def script_team(llm: Interceptor) -> None:
    """An agent that has another write: one rule each."""
    llm.on(system=contains(LEAD)).converse(
        tool_call("get_time", city="Oslo"),
        lambda call: tool_call("ask_writer", task=f"Note trip {_number(call)}."),
        lambda call: f"The writer says: {call.tool_results[0].text}",
    )
    llm.on(system=contains(WRITER)).converse(
        tool_call("get_weather", city="Bonn"), lambda call: f"{_number(call)} noted: {call.tool_results[0].text}."
    )


def teamed(number: int) -> str:
    return f"The writer says: {number} noted: 18 degrees in Bonn."
