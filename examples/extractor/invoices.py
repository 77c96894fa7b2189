"""Invoices out of e-mails, as checked values: pydantic-ai asks again where the model's answer does not add up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, Field
from pydantic_ai import Agent, ModelRetry


class Line(BaseModel):
    """One line of an invoice."""

    what: str
    price: Decimal = Field(ge=0)


class Invoice(BaseModel):
    """An invoice."""

    number: str = Field(pattern=r"^[A-Z]{2}-\d+$")
    due: date
    lines: list[Line] = Field(min_length=1)
    total: Decimal


def extractor(model: str = "openai-chat:gpt-5-mini") -> Agent[None, Invoice]:
    """The agent that reads an invoice; two tries after the first."""
    agent = Agent(model, output_type=Invoice, retries=2, instructions="Read the invoice in the e-mail.")

    @agent.output_validator
    def adds_up(invoice: Invoice) -> Invoice:
        if sum(line.price for line in invoice.lines) != invoice.total:
            raise ModelRetry("The lines do not add up to the total.")
        return invoice

    return agent


def read(mail: str) -> Invoice:
    """The invoice in an e-mail."""
    return extractor().run_sync(mail).output
