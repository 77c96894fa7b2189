"""The extractor: what the model says may be right, wrong, or late; pydantic-ai and the SDK run as they are."""

from datetime import date
from decimal import Decimal

import pytest
from invoices import read
from pydantic_ai.exceptions import UnexpectedModelBehavior

from llm_intercept import rate_limit, server_error, tool_call

MAIL = "Dear Ada, please find our invoice LA-17: a lamp for 80.00, a bulb for 4.50. Due on 1 March 2027."
GOOD = {
    "number": "LA-17",
    "due": "2027-03-01",
    "lines": [{"what": "lamp", "price": "80.00"}, {"what": "bulb", "price": "4.50"}],
    "total": "84.50",
}


def test_an_invoice_is_read(llm_mock):
    llm_mock.on("LA-17").reply(GOOD)
    invoice = read(MAIL)
    assert (invoice.number, invoice.due, invoice.total) == ("LA-17", date(2027, 3, 1), Decimal("84.50"))
    assert list(llm_mock.calls.one.tools) == ["final_result"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({**GOOD, "number": "17"}, "String should match pattern"),
        ({**GOOD, "lines": []}, "at least 1 item"),
        ({**GOOD, "total": "80.00"}, "The lines do not add up to the total."),
    ],
    ids=["a number of no form", "no lines", "a wrong sum"],
)
def test_what_is_wrong_is_asked_for_again(llm_mock, wrong, told):
    llm_mock.on("LA-17").reply(tool_call("final_result", wrong))
    llm_mock.on(tool_result=lambda text: told in text).reply(GOOD)
    assert read(MAIL).total == Decimal("84.50")
    assert len(llm_mock.calls) == 2


def test_a_model_that_never_gets_it_right_is_given_up(llm_mock):
    llm_mock.on("LA-17").converse(*[tool_call("final_result", {**GOOD, "total": str(total)}) for total in range(3)])
    with pytest.raises(UnexpectedModelBehavior):
        read(MAIL)
    assert len(llm_mock.calls) == 3


def test_a_rate_limit_and_a_broken_server_are_waited_for(llm_mock):
    llm_mock.on("LA-17").replies(rate_limit(), server_error(), GOOD)
    assert read(MAIL).number == "LA-17"
    assert [call.attempt for call in llm_mock.calls] == [1, 2, 3]


@pytest.mark.llm(GOOD)
def test_the_fixture_is_not_needed():
    assert read(MAIL).number == "LA-17"
