"""One client answered, and no other."""

from openai import OpenAI

from llm_intercept import error, wrap


def main() -> None:
    client = OpenAI(api_key="not used", base_url="https://gateway.example/v1")
    with wrap(client) as llm:
        llm.on("capital").replies(error(429), error(500), "Paris.")  # the SDK retries twice, at once
        completion = client.chat.completions.create(
            model="gpt-4o",
            messages=[{"role": "user", "content": "The capital of France?"}],
        )
    print(completion.choices[0].message.content)
    assert completion.choices[0].message.content == "Paris."
    assert [entry.attempt for entry in llm.calls] == [1, 2, 3]


if __name__ == "__main__":
    main()
