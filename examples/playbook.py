"""Rules in a file: what the model says stands in weather.yaml, beside this."""

from pathlib import Path

from openai import OpenAI

from llm_intercept import intercept

client = OpenAI(api_key="not needed")

with intercept() as llm:
    llm.play(Path(__file__).parent / "weather.yaml")
    for question in ("How is the weather?", "And tomorrow?"):
        answer = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": question}])
        print(answer.choices[0].message.content)  # Sunny. / I do not know.
