"""A chat completion through the real OpenAI SDK: no key, no server, no network."""

from openai import OpenAI

from llm_intercept import intercept


def main() -> None:
    with intercept("Paris.") as llm:
        completion = OpenAI().chat.completions.create(
            model="gpt-4o",
            messages=[{"role": "user", "content": "Capital of France?"}],
        )
    print(completion.choices[0].message.content)
    assert completion.choices[0].message.content == "Paris."
    assert llm.calls[-1].prompt == "Capital of France?"


if __name__ == "__main__":
    main()
