"""A schema in a text is found, and nothing else is taken for one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llm_intercept import intercept
from llm_intercept.schema import spelled
from tests.rules.asking import openai_client

CITY = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        (f"Answer in JSON that fits this schema:\n\n{json.dumps(CITY, indent=2)}\n\nNo fences.", CITY),
        (f'As in {{"name": "Paris"}}: {json.dumps(CITY)}', CITY),
        (json.dumps({"$defs": {"A": CITY}, "$ref": "#/$defs/A"}), {"$defs": {"A": CITY}, "$ref": "#/$defs/A"}),
        ('{"name": "Paris"}', None),
        ('{"properties": "none"', None),
        ("{}", None),
        ('{"a":' * 10_000, None),
        ("No schema.", None),
    ],
)
def test_a_schema_is_found_in_a_text(text: str, schema: Any) -> None:
    assert spelled(text) == schema


def test_json_mode_fits_the_schema_that_its_texts_spell_out() -> None:
    def said(system: str, **keys: Any) -> Any:
        messages: Any = [{"role": "system", "content": system}, {"role": "user", "content": "Hi"}]
        made = openai_client().chat.completions.create(model="gpt-5", messages=messages, **keys)
        return made.choices[0].message.content

    with intercept(contract="off"):
        assert json.loads(said(f"Fit {json.dumps(CITY)}", response_format={"type": "json_object"})).keys() == {"name"}
        assert "This is a mock request" in json.loads(said("Fit it.", response_format={"type": "json_object"})).values()
        assert said(f"Fit {json.dumps(CITY)}") == "This is a mock request"
