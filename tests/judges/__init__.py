"""The installed SDKs' own models as strict judges of what we send: one file an SDK, importable where its SDK is.

Each file has `JUDGES`, from a name such as `"chat body"`, `"chat event"` or `"chat error"` to a judge, and most have the class that
makes a judge of any other type of that SDK (`Pydantic(SomeType)`, `Typed(SomeDataclass)`, `Service.output("Converse")`). All have
one method: `judge.check(document)` raises `ValueError` where a type is wrong (nothing is coerced), a required field is missing or
an enum has no such member, and returns the paths that the model does not know. Paths are written as in `tests.shapes.paths`.

    openai = pytest.importorskip("tests.judges.openai")
    assert openai.JUDGES["chat body"].check(answer.body) == []
"""

from tests.judges.judge import Judge, Refused

__all__ = ["Judge", "Refused"]
