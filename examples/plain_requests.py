"""No SDK at all: `requests`, and a stream of server-sent events."""

import json

import requests

from llm_intercept import intercept

URL = "https://api.openai.com/v1/chat/completions"
BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Capital of France?"}]}


def main() -> None:
    with intercept("Paris."):
        whole = requests.post(URL, json=BODY, timeout=10).json()["choices"][0]["message"]["content"]
        pieces = []
        with requests.post(URL, json={**BODY, "stream": True}, stream=True, timeout=10) as response:
            for line in response.iter_lines():
                if line.startswith(b"data: {"):
                    pieces.append(json.loads(line[6:])["choices"][0]["delta"].get("content", ""))
    print(whole, pieces)
    assert whole == "".join(pieces) == "Paris."


if __name__ == "__main__":
    main()
