"""The global switch: the whole process, until it is turned off."""

from concurrent.futures import ThreadPoolExecutor

from anthropic import Anthropic
from openai import OpenAI

from llm_intercept import activate, deactivate

MESSAGES = [{"role": "user", "content": "Hello"}]


def ask_openai() -> str:
    return OpenAI().chat.completions.create(model="gpt-4o", messages=MESSAGES).choices[0].message.content


def ask_anthropic() -> str:
    return Anthropic().messages.create(model="claude-sonnet-5", max_tokens=10, messages=MESSAGES).content[0].text


def main() -> None:
    llm = activate()
    try:
        llm.on(provider="anthropic").reply("Bonjour.")
        llm.otherwise.reply("Hi.")
        with ThreadPoolExecutor() as pool:
            answers = [future.result() for future in (pool.submit(ask_openai), pool.submit(ask_anthropic))]
    finally:
        deactivate()
    print(answers)
    assert answers == ["Hi.", "Bonjour."]


if __name__ == "__main__":
    main()
