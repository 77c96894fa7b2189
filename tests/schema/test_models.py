"""Pydantic's models read what is made up of the schemas that pydantic writes for them."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator
from pydantic import UUID4, AnyUrl, BaseModel, ConfigDict, Field, HttpUrl, Json, RootModel, SecretStr, StringConstraints

from llm_intercept.schema import instance


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Moments(BaseModel):
    on: date
    at: datetime
    when: time
    lasted: timedelta
    expires_at: datetime | None = None


class Identities(BaseModel):
    id: UUID
    other: UUID4
    ip: IPv4Address
    ip6: IPv6Address
    net: IPv6Network
    url: AnyUrl
    page: HttpUrl
    key: SecretStr
    blob: bytes
    email: Annotated[str, StringConstraints(pattern=r"^[\w.+-]+@[\w-]+\.[\w.]+$")]


class Amounts(BaseModel):
    price: Decimal
    rounded: Annotated[Decimal, Field(max_digits=6, decimal_places=2, ge=0)]
    tax: Annotated[float, Field(gt=0, lt=1)]
    tenths: Annotated[float, Field(multiple_of=0.1, ge=0, le=5)]
    even: Annotated[int, Field(multiple_of=2, gt=10, le=14)]
    far: Annotated[int, Field(ge=10**12)]
    tiny: Annotated[float, Field(gt=0, lt=1e-9)]
    strict: Annotated[int, Field(strict=True, ge=-5, le=-5)]


class Texts(BaseModel):
    code: Annotated[str, Field(pattern=r"^[A-Z]{2}-\d{3,5}$")]
    short: Annotated[str, Field(max_length=3)]
    long: Annotated[str, Field(min_length=200, max_length=210)]
    exact: Annotated[str, Field(min_length=12, max_length=12, pattern=r"^[a-z]+\d*$")]
    slug: Annotated[str, StringConstraints(to_lower=True, strip_whitespace=True, min_length=1)]


class Choices(BaseModel):
    color: Color
    level: Level
    mode: Literal["fast", 3, True, None]
    only: Literal["only"]
    both: str | int | None


class Containers(BaseModel):
    pair: tuple[int, str]
    many: tuple[float, ...]
    unique: Annotated[set[int], Field(min_length=3, max_length=3)]
    frozen: frozenset[Color]
    scores: dict[str, float]
    by_id: dict[int, str]
    by_color: dict[Color, int]
    nested: dict[str, dict[str, list[int]]]
    few: Annotated[list[str], Field(min_length=2, max_length=2)]
    anything: Any
    free: dict[str, Any]
    payload: Json[list[int]]


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: Annotated[int, Field(ge=1, le=9)]


class Dog(BaseModel):
    kind: Literal["dog"]
    good: bool = True


class Pets(BaseModel):
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]
    pets: list[Annotated[Cat | Dog, Field(discriminator="kind")]]


class Tree(BaseModel):
    value: int
    left: Tree | None = None
    right: Tree | None = None
    children: list[Tree] = []


class Linked(BaseModel):
    head: str
    tail: Linked | None


class Expression(BaseModel):
    body: Sum | Number


class Number(BaseModel):
    number: float


class Sum(BaseModel):
    left: Expression
    right: Expression


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="The full name", examples=["Ada Lovelace"])
    age: Annotated[int, Field(ge=0, le=130)]
    address: Address
    friends: list[Person] = []


class Address(BaseModel):
    model_config = ConfigDict(extra="forbid")

    street: str
    city: str
    country_code: Annotated[str, Field(alias="countryCode", min_length=2, max_length=2)]


class Names(RootModel[list[str]]):
    pass


class Aliased(BaseModel):
    first: str = Field(validation_alias="firstName", serialization_alias="given")


MODELS = [Moments, Identities, Amounts, Texts, Choices, Containers, Pets, Tree, Linked, Expression, Person, Names]

#: What pydantic writes otherwise than it reads: decimals as any string, JSON text as what it holds.
WRITTEN_OTHERWISE = [Amounts, Containers]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("mode", ["validation", "serialization"])
@pytest.mark.parametrize("seed", ["seed", "0", "another"])
def test_a_model_reads_what_is_made_up_of_its_schema(model: type[BaseModel], mode: Any, seed: str) -> None:
    schema = model.model_json_schema(mode=mode)
    made = instance(schema, seed)
    Draft202012Validator(schema).validate(made)
    if mode == "validation" or model not in WRITTEN_OTHERWISE:
        model.model_validate_json(json.dumps(made))


def test_a_model_with_aliases_reads_what_its_validation_schema_gives() -> None:
    assert Aliased.model_validate_json(json.dumps(instance(Aliased.model_json_schema(), "seed"))).first


def test_values_come_before_nulls_and_a_tree_ends_where_it_leads_back() -> None:
    assert instance(Moments.model_json_schema(), "seed")["expires_at"] is not None
    tree = instance(Tree.model_json_schema(), "seed")
    assert (tree.get("left"), tree.get("right"), tree.get("children", [])) == (None, None, [])
    person = instance(Person.model_json_schema(), "seed")
    assert set(person["address"]) == {"street", "city", "countryCode"}
    assert person.get("friends", []) == []
