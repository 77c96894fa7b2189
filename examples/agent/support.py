"""A support agent of a shop: it looks orders up and pays refunds, by tools that a model calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from openai import OpenAI
from pydantic import BaseModel, Field, ValidationError

SYSTEM = "You help the customers of a lamp shop. Look an order up before you refund it."
STEPS = 6


class FindOrder(BaseModel):
    """Find an order by its number."""

    number: str


class Refund(BaseModel):
    """Refund an order, or a part of it."""

    number: str
    amount: float = Field(gt=0)


class TooManySteps(Exception):
    """The model went on calling tools."""


@dataclass
class Shop:
    """What the shop knows, and what it has paid."""

    orders: dict[str, float]
    refunds: list[tuple[str, float]] = field(default_factory=list)

    def find_order(self, asked: FindOrder) -> str:
        return f"{self.orders[asked.number]:.2f} EUR, delivered" if asked.number in self.orders else "no such order"

    def refund(self, asked: Refund) -> str:
        if asked.amount > self.orders.get(asked.number, 0):
            return "more than was paid: refused"
        self.refunds.append((asked.number, asked.amount))
        return "refunded"


class Agent:
    """Answers a customer. `client` is OpenAI's, `shop` what the tools work on."""

    def __init__(self, client: OpenAI, shop: Shop, model: str = "gpt-5") -> None:
        self._client, self._model = client, model
        self._tools: dict[str, tuple[type[BaseModel], Callable[..., str]]] = {
            "find_order": (FindOrder, shop.find_order),
            "refund": (Refund, shop.refund),
        }
        self._messages: list = [{"role": "system", "content": SYSTEM}]

    def ask(self, text: str) -> str:
        """The answer to a customer's text; what was said before is known."""
        self._messages.append({"role": "user", "content": text})
        for _ in range(STEPS):
            message = self._complete()
            self._messages.append(message)
            if not message.tool_calls:
                return message.content or ""
            for call in message.tool_calls:
                result = self._run(call.function.name, call.function.arguments)
                self._messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
        raise TooManySteps(f"no answer after {STEPS} steps")

    def _complete(self):
        offered = [
            {"type": "function", "function": {"name": name, "description": of.__doc__, "parameters": of.model_json_schema()}}
            for name, (of, _) in self._tools.items()
        ]
        said = self._client.chat.completions.create(model=self._model, messages=self._messages, tools=offered)
        return said.choices[0].message

    def _run(self, name: str, arguments: str) -> str:
        """A tool's result; a model that calls it wrongly is told so, and can try again."""
        if name not in self._tools:
            return f"there is no tool {name}; there are {', '.join(self._tools)}"
        asked, tool = self._tools[name]
        try:
            return tool(asked.model_validate_json(arguments))
        except ValidationError as wrong:
            return json.dumps([error["msg"] for error in wrong.errors()])
