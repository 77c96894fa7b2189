"""`python -m tests.contract.page` writes docs/contract.md from the clauses."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from llm_intercept.contract import CONTRACTS, Clause
from tests.contract.operations import ROWS

PAGE = Path(__file__).parents[2] / "docs" / "contract.md"

HEAD = """\
# What providers would refuse

A request that can be read, and that the provider would refuse all the same, gets the provider's own error: its status, type, code,
parameter and words, before any rule is asked. `contract=` says otherwise:

| `contract=` | such a request |
| --- | --- |
| `"refuse"` (default) | is refused as the provider refuses it |
| `"warn"` | is answered, with a `ContractWarning` |
| `"off"` | is answered; nothing is checked |
| `"fail"` | raises `ContractViolation`, an `InterceptFailure` that no SDK swallows |

```python
from llm_intercept import intercept
from openai import BadRequestError, OpenAI

with intercept("Sunny.") as llm:
    try:
        OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "tool", "tool_call_id": "call_1", "content": "21"}])
    except BadRequestError as refused:
        assert "must be a response to a preceeding message" in refused.message
    assert [found.clause for found in llm.calls.last.findings] == ["tool pairs"]
```

Its response has a header `x-llm-intercept` that tells the clause and how to be answered all the same. `entry.findings` has all
that was found, also where it is answered. Where models, versions, clouds or betas differ, what one of them accepts is accepted:
these clauses are not all that a provider refuses. A call that a rule lets through to the provider is judged there. A script of
`converse` that was following a conversation tells of its missing or unheard-of tool results itself.
What cannot be read (no JSON, wrong types, no `messages`) is refused in every case, and so is, unless the contract is off, what the
dialects' own checks find: texts too long, too many choices, and what stands at the end of this page.

A clause with names of providers holds at their own hosts alone: who answers elsewhere, as vLLM or a gateway, may be laxer.

## Credentials

A call to a provider's own host that brings none along, or in another provider's header, is answered, since gateways put one in and
recordings have none; the finding `credential` stands in its entry. For a key that starts as another provider's do, or is the word
None, the finding is `key`. A `CredentialWarning` tells of either, whatever `contract=` says but `"off"`, once for each host and
kind by an interceptor. Any other key is right everywhere, and so are those that we fill in.

A key that is to be refused is marked with an error, and every call with it gets that error in its provider's words:

```python
from anthropic import Anthropic, AuthenticationError
from llm_intercept import intercept, invalid_key

with intercept("Sunny.", keys={"sk-revoked": invalid_key()}):
    client = Anthropic(api_key="sk-revoked")
    try:
        client.messages.create(model="claude-opus-4-8", max_tokens=9, messages=[{"role": "user", "content": "Weather?"}])
    except AuthenticationError as refused:
        assert refused.status_code == 401
```

"""


#: What stands above what dialects refuse as they check the fields.
CHECKED = """\
## Embeddings, images, sounds and more

What is refused as the fields are checked: the clause is the dialect's name and `request`, or `reading`, which no option switches
off.

| dialect | what is demanded | source |
| --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    rows = dict.fromkeys(f"| {row.dialect} | {row.says} | <{row.source}> |" for row in ROWS)
    return HEAD + "\n".join(map(_section, _contracts())) + "\n" + CHECKED + "\n".join(rows) + "\n"


def _contracts() -> list[tuple[tuple[str, ...], tuple[Clause, ...]]]:
    """The contracts with the dialects that they are for."""
    grouped = groupby(CONTRACTS.items(), lambda item: item[1])
    return [(tuple([name for name, _ in items]), clauses) for clauses, items in grouped]


def _section(contract: tuple[tuple[str, ...], tuple[Clause, ...]]) -> str:
    names, clauses = contract
    rows = [f"| {one.name} | {one.says} | {', '.join(sorted(one.providers)) or 'all'} | <{one.source}> |" for one in clauses]
    return "\n".join(
        [f"## {', '.join(names)}", "", "| clause | what is demanded | by | source |", "| --- | --- | --- | --- |", *rows, ""]
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
