"""Forty models as applications have them: what they take out of invoices, tickets, reports and talk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AnyUrl, BaseModel, ConfigDict, Field, HttpUrl, computed_field, conint, constr, field_validator
from pydantic.networks import IPvAnyAddress

__all__ = ["MODELS"]

Content = TypeVar("Content")


class Sentiment(str, Enum):
    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class Priority(IntEnum):
    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Capital(BaseModel):
    city: str
    country: str


class Classification(BaseModel):
    label: Literal["spam", "ham"]
    confidence: float = Field(ge=0, le=1)
    reasoning: str = Field(description="Why, step by step.")


class Review(BaseModel):
    """What a customer thinks of a product."""

    sentiment: Sentiment
    stars: int = Field(ge=1, le=5)
    pros: list[str] = Field(max_length=5)
    cons: list[str] = Field(default_factory=list)
    would_recommend: bool


class Ticket(BaseModel):
    subject: str = Field(min_length=3, max_length=80)
    priority: Priority
    category: Literal["billing", "bug", "feature", "other"]
    customer_id: str | None = None
    tags: list[str] = []


class Address(BaseModel):
    street: str
    city: str
    postal_code: str = Field(pattern=r"^\d{5}(-\d{4})?$")
    country: str = Field(min_length=2, max_length=2, description="ISO 3166 alpha-2")


class Person(BaseModel):
    first_name: str
    last_name: str
    birth_date: date | None
    email: str
    home: Address
    work: Address | None = None


class LineItem(BaseModel):
    description: str
    quantity: int = Field(gt=0)
    unit_price: Decimal = Field(ge=0, max_digits=10, decimal_places=2)


class Invoice(BaseModel):
    number: str
    issued: date
    due: date | None = None
    seller: Address
    items: list[LineItem] = Field(min_length=1)
    currency: Literal["EUR", "USD", "GBP"]
    total: Decimal


class Receipt(BaseModel):
    merchant: str
    bought_at: datetime
    total: float = Field(gt=0)
    tax: float | None = None
    payment_method: Literal["cash", "card"] | None = None


class Job(BaseModel):
    company: str
    title: str
    start: date
    end: date | None
    highlights: list[str]


class Resume(BaseModel):
    name: str
    emails: list[str]
    years_of_experience: float
    jobs: list[Job]
    skills: set[str]
    languages: dict[str, Literal["basic", "fluent", "native"]]


class Ingredient(BaseModel):
    name: str
    amount: float | str
    unit: Literal["g", "ml", "piece"] | None = None


class Recipe(BaseModel):
    title: str
    servings: Annotated[int, Field(ge=1, le=24)]
    preparation: timedelta
    ingredients: list[Ingredient]
    steps: list[str] = Field(min_length=2)


class Event(BaseModel):
    """An entry of a calendar."""

    name: str
    day: date
    starts: time
    participants: list[str]
    location: str | None = Field(None, description="Where, if it is told")


class ActionItem(BaseModel):
    owner: str
    task: str
    due: date | None = None


class Minutes(BaseModel):
    held: datetime
    attendees: list[str]
    decisions: list[str]
    actions: list[ActionItem]


class Employee(BaseModel):
    name: str
    role: str
    reports: list[Employee] = []


class Node(BaseModel):
    path: str
    size: int | None = Field(None, ge=0)
    children: list[Node] | None = None


class Comment(BaseModel):
    author: str
    text: str
    reply_to: Comment | None = None


class Card(BaseModel):
    kind: Literal["card"]
    last_four: str = Field(pattern=r"^[0-9]{4}$")


class Transfer(BaseModel):
    kind: Literal["transfer"]
    iban: str
    reference: str | None = None


class Wallet(BaseModel):
    kind: Literal["wallet"] = "wallet"
    provider: Sentiment | Literal["apple", "google"]


class Payment(BaseModel):
    amount: Decimal
    method: Annotated[Card | Transfer | Wallet, Field(discriminator="kind")]


class Circle(BaseModel):
    shape: Literal["circle"]
    radius: float = Field(gt=0)


class Polygon(BaseModel):
    shape: Literal["polygon"]
    points: list[tuple[float, float]] = Field(min_length=3)


class Drawing(BaseModel):
    title: str
    shapes: list[Annotated[Circle | Polygon, Field(discriminator="shape")]]


class Literally(BaseModel):
    op: Literal["number"]
    value: float


class Binary(BaseModel):
    op: Literal["add", "multiply"]
    left: Expression
    right: Expression


Expression = Annotated[Literally | Binary, Field(discriminator="op")]


class Formula(BaseModel):
    name: str
    body: Expression


class SearchQuery(BaseModel):
    text: str
    limit: int = Field(10, ge=1, le=100)
    sort: Literal["relevance", "date"] = "relevance"
    filters: dict[str, str] = Field(default_factory=dict)


class Point(BaseModel):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class Route(BaseModel):
    origin: Point
    destination: Point
    via: tuple[Point, Point] | None = None
    distance_km: float


class Matrix(BaseModel):
    rows: list[list[int]]
    shape: tuple[int, int]


class Palette(BaseModel):
    name: str
    colors: frozenset[Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]] = Field(min_length=2)


class Profile(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    user_id: UUID = Field(alias="userId")
    display_name: str = Field(alias="displayName")
    is_active: bool = Field(True, alias="isActive")


class Page(BaseModel, Generic[Content]):
    items: list[Content]
    total: int = Field(ge=0)
    next_cursor: str | None = None


class Outcome(BaseModel, Generic[Content]):
    ok: bool
    value: Content | None
    error: str | None = None


class Experiment(BaseModel):
    model_config = ConfigDict(extra="forbid")

    metric: str
    control: float
    treatment: float
    significant: bool
    p_value: float = Field(gt=0, lt=1)


class Measurement(BaseModel):
    taken_at: datetime
    celsius: float = Field(multiple_of=0.5, ge=-40, le=60)
    humidity: conint(ge=0, le=100)  # type: ignore[valid-type]
    station: constr(pattern=r"^[A-Z]{3}-\d{2}$")  # type: ignore[valid-type]


class Basket(BaseModel):
    prices: list[float]
    coupon: str | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def total(self) -> float:
        return sum(self.prices)


class Source(BaseModel):
    title: str
    url: HttpUrl
    published: date | None = None


class Answer(BaseModel):
    """An answer with where it is from."""

    answer: str
    sources: list[Source]
    follow_up: list[str] = Field(default_factory=list, max_length=3)


class Host(BaseModel):
    name: str
    address: IPvAnyAddress
    port: int = Field(ge=1, le=65535)
    docs: AnyUrl | None = None


class Entity(BaseModel):
    id: int
    name: str
    kind: Literal["person", "place", "organization"]


class Relation(BaseModel):
    source: int
    target: int
    label: str


class Graph(BaseModel):
    entities: list[Entity]
    relations: list[Relation]


class Choice(BaseModel):
    text: str
    correct: bool


class MultipleChoice(BaseModel):
    type: Literal["multiple_choice"] = "multiple_choice"
    question: str
    choices: list[Choice] = Field(min_length=2, max_length=6)


class OpenQuestion(BaseModel):
    type: Literal["open"] = "open"
    question: str
    model_answer: str


class Quiz(BaseModel):
    topic: str
    questions: list[MultipleChoice | OpenQuestion]


class Plan(BaseModel):
    goal: str
    steps: list[Step]


class Step(BaseModel):
    action: str
    subplan: Plan | None = None


class Flight(BaseModel):
    number: str = Field(pattern=r"^[A-Z]{2}\d{1,4}$")
    origin: str = Field(min_length=3, max_length=3)
    destination: str = Field(min_length=3, max_length=3)
    departs: datetime
    seat: tuple[int, Literal["A", "B", "C", "D", "E", "F"]]


class Loan(BaseModel):
    principal: Decimal = Field(gt=0, le=1_000_000)
    rate: Decimal = Field(ge=0, le=1)
    months: int = Field(ge=6, le=360, multiple_of=6)
    approved: bool | None


class Medication(BaseModel):
    drug: str
    dose_mg: float = Field(gt=0, le=5000)
    times_a_day: Literal[1, 2, 3, 4]
    until: date | None = None


class Settings(BaseModel):
    name: str
    values: dict[str, int | float | bool | str]
    matrix: dict[str, dict[str, int]] = {}
    extra: Any = None


class Cleaned(BaseModel):
    """One whose own code tidies what it is given."""

    title: str
    words: list[str]

    @field_validator("title")
    @classmethod
    def _stripped(cls, title: str) -> str:
        return title.strip().capitalize()


class Contact(BaseModel):
    """Somebody who can be reached in one way or another."""

    name: str
    by: Address | HttpUrl | str


#: All of them, by name.
MODELS: Mapping[str, type[BaseModel]] = {
    model.__name__: model
    for model in (
        *(Capital, Classification, Review, Ticket, Address, Person, LineItem, Invoice, Receipt, Resume),
        *(Recipe, Event, Minutes, Employee, Node, Comment, Payment, Drawing, Formula, SearchQuery),
        *(Route, Matrix, Palette, Profile, Page[Source], Outcome[Page[LineItem]], Experiment, Measurement, Basket, Answer),
        *(Host, Graph, Quiz, Plan, Flight, Loan, Medication, Settings, Cleaned, Contact),
    )
}
