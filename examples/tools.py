"""An agent's loop, scripted: the model calls a tool, gets its result, and answers."""

import json

from openai import OpenAI

from llm_intercept import intercept, tool_call

TOOL = {
    "type": "function",
    "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}


def ask(question: str) -> str:
    """The code under test: a plain tool loop."""
    client, messages = OpenAI(), [{"role": "user", "content": question}]
    while True:
        message = client.chat.completions.create(model="gpt-4o", messages=messages, tools=[TOOL]).choices[0].message
        if not message.tool_calls:
            return message.content
        messages.append(message)
        for call in message.tool_calls:
            city = json.loads(call.function.arguments)["city"]
            messages.append({"role": "tool", "tool_call_id": call.id, "content": f"18 degrees in {city}"})


def main() -> None:
    with intercept() as llm:
        llm.on("weather").reply("Let me look.", tool_call("get_weather", city="Paris"))
        llm.on(step=1).reply("Mild: 18 degrees.")
        answer = ask("How is the weather in Paris?")
    print(answer)
    assert answer == "Mild: 18 degrees."
    assert [call.step for call in (entry.call for entry in llm.calls)] == [0, 1]
    assert llm.calls.last.messages[-1].text == "18 degrees in Paris"


if __name__ == "__main__":
    main()
