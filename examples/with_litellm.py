"""LiteLLM: its own call-level mock answers before anything happens; ours lets its real code run, down to the HTTP library."""

import os

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # litellm fetches a price table at import otherwise

import litellm

from llm_intercept import completion, intercept

MESSAGES = [{"role": "user", "content": "Hello"}]


def main() -> None:
    with intercept("Hi there."):
        real_code = litellm.completion(model="openai/gpt-4o", messages=MESSAGES)
    print(real_code.choices[0].message.content)
    assert real_code.choices[0].message.content == "Hi there."

    no_sdk = completion("gpt-4o", MESSAGES, mock_response="Hi there.")
    assert no_sdk["choices"][0]["message"]["content"] == "Hi there."

    complete_response = ""
    for chunk in completion("gpt-4o", MESSAGES, stream=True):
        complete_response += chunk["choices"][0]["delta"]["content"]
    assert complete_response == "This is a mock request"


if __name__ == "__main__":
    main()
