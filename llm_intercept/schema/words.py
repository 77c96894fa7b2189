"""Words that values are made of, and which of them a property's name asks for."""

from __future__ import annotations

import re

__all__ = ["NAMED", "NUMBERS", "WORDS", "words_of"]


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split(", "))


#: What stands in the braces of a template.
WORDS: dict[str, tuple[str, ...]] = {
    "given": _list("Ada, Alan, Grace, Linus, Maria, Omar, Priya, Sofia, Theo, Yuki, Zoe, Noah, Emma, Liam, Aisha, Chen"),
    "family": _list(
        "Alvarez, Baker, Carter, Dubois, Evans, Fischer, Garcia, Haddad, Ito, Jensen, Kim, Lopez, Moreau, Novak, Okafor, Patel"
    ),
    "adjective": _list(
        "bright, calm, clear, fresh, gentle, golden, green, hidden, little, royal, sunny, quiet, silver, steady, warm, wide"
    ),
    "noun": _list(
        "bridge, canyon, forest, garden, harbor, island, lantern, meadow, mountain, orchard, river, signal, station, "
        "summit, valley, window"
    ),
    "city": _list("Paris, Tokyo, Berlin, Nairobi, Lisbon, Toronto, Sydney, Lima, Oslo, Madrid, Chicago, Mumbai"),
    "country": _list("France, Japan, Germany, Kenya, Portugal, Canada, Australia, Peru, Norway, Spain, India, Brazil"),
    "date": _list(
        "2024-01-15, 2024-02-28, 2024-03-09, 2024-04-22, 2024-05-31, 2024-06-18, 2024-07-04, "
        "2024-08-12, 2024-09-27, 2024-10-10, 2024-11-05, 2024-12-20"
    ),
    "hour": _list("07, 08, 09, 10, 11, 12, 13, 14, 15, 16, 17, 18"),
    "minute": _list("00, 05, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55"),
    "duration": _list("PT15M, PT30M, PT45M, PT1H, PT1H30M, PT2H, PT8H, P1D, P2D, P7D"),
    "byte": tuple(str(number) for number in range(1, 255)),
    "digit": tuple("0123456789"),
    "hex": tuple("0123456789abcdef"),
    "number": tuple(str(number) for number in range(12, 98)),
    "base64": _list("TW9jayBkYXRh, SGVsbG8gdGhlcmU=, UXVpZXQgcml2ZXI=, QnJpZ2h0IHZhbGxleQ=="),
    "variable": _list("{id}, {name}, {slug}"),
    "street": _list("Maple Street, Oak Avenue, Station Road, Harbor Lane, Mill Road, Park Avenue, River Street, Garden Lane"),
}

_SENTENCES = (
    "The {adjective} {noun} is ready for review.",
    "It describes a {adjective} {noun} near {city}.",
    "{given} visited the {adjective} {noun} in {city}.",
    "A {adjective} {noun} was found, and nothing else changed.",
)
_TITLES = ("The {adjective:title} {noun:title}", "A {adjective:title} {noun:title} in {city}", "{noun:title}s of {city}")
_PERSON = ("{given} {family}",)
_EMAIL = ("{given:lower}.{family:lower}@example.com",)
_URL = ("https://example.com/{noun}",)
_DATE_TIME = ("{date}T{hour}:{minute}:00Z",)
_LABEL = ("{adjective} {noun}",)

#: What strings are made of, by the names of properties that ask for it.
_STRINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("name, full name, author, user, person, assignee, owner, customer, contact, recipient, sender", _PERSON),
    ("participant, attendee, member, guest, speaker, student, employee, friend, patient, manager, director", _PERSON),
    ("first name, given name, middle name, nickname", ("{given}",)),
    ("last name, family name, surname", ("{family}",)),
    ("user name, username, login", ("{given:lower}{digit}{digit}",)),
    ("company, company name", ("{family} & Co.", "{noun:title} Labs")),
    ("organization, organisation", ("{noun:title} Labs", "{city} Institute")),
    ("product name, product", ("{adjective:title} {noun:title}",)),
    ("file name, filename", ("{noun}-{number}.txt",)),
    ("path", ("/home/{given:lower}/{noun}.txt",)),
    ("tool name, function name", ("{adjective}_{noun}",)),
    ("event name", ("{noun:title} Day",)),
    ("email, mail, email address", _EMAIL),
    ("phone, phone number, telephone, mobile, tel, fax", ("+1 555 01{digit}{digit}",)),
    ("city, town, capital, destination, origin", ("{city}",)),
    ("location, place", ("{city}",)),
    ("country, nationality", ("{country}",)),
    ("region", ("North", "South", "East", "West")),
    ("country code", ("FR", "JP", "DE", "KE", "PT", "CA", "US", "IN")),
    ("state", ("California", "Ontario", "Bavaria", "Victoria")),
    ("street, street address, line1", ("{number} {street}",)),
    ("address", ("{number} {street}, {city}",)),
    ("zip, zip code", ("9{digit}{digit}1{digit}",)),
    ("postal code, postcode", ("7{digit}0{digit}{digit}",)),
    ("date, day, on, birthday, date of birth, dob, deadline, due", ("{date}",)),
    ("weekday, day of week", ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")),
    ("month", ("January", "March", "May", "July", "September", "November")),
    ("year", ("2021", "2022", "2023", "2024")),
    ("time", ("{hour}:{minute}",)),
    ("datetime, date time, timestamp, at", _DATE_TIME),
    ("duration", ("{number} minutes",)),
    ("timezone", ("Europe/Paris", "Asia/Tokyo", "America/Chicago", "UTC")),
    ("time zone", ("Europe/Paris", "Asia/Tokyo", "UTC")),
    ("url, uri, link, href, website, homepage", _URL),
    ("image url", ("https://example.com/{noun}.png",)),
    ("domain, host, hostname", ("{noun}.example.com",)),
    ("ip, ip address", ("192.0.2.{byte}",)),
    ("uuid, guid", ("{uuid}",)),
    ("id", ("{noun}-{number}{digit}",)),
    ("key", ("{noun}-{number}",)),
    ("slug", ("{adjective}-{noun}",)),
    ("code", ("{noun:upper}-{number}",)),
    ("sku", ("SKU-{number}{digit}{digit}",)),
    ("isbn", ("978-0-{number}-{number}{digit}{digit}-{digit}",)),
    ("version", ("{digit}.{digit}.{digit}",)),
    ("token, hash", ("{hex}{hex}{hex}{hex}{hex}{hex}{hex}{hex}",)),
    ("password, secret", ("{adjective}-{noun}-{number}",)),
    ("title, headline, subject, heading, movie, book", _TITLES),
    ("description, summary, text, content, message, body, comment, note, reason, explanation, reasoning, answer", _SENTENCES),
    ("response, output, review, feedback, analysis, thought, step, bio, conclusion, instruction, sentence", _SENTENCES),
    ("paragraph, details", _SENTENCES),
    ("question", ("Where is the {adjective} {noun}?", "How far is {city}?")),
    ("query, label", _LABEL),
    ("keyword, tag, topic, word", ("{noun}",)),
    ("category", ("travel", "science", "music", "sports", "food", "history")),
    ("genre", ("drama", "comedy", "mystery", "adventure")),
    ("type, kind", ("standard", "extended", "basic")),
    ("status", ("active", "pending", "done")),
    ("priority, severity, level", ("low", "medium", "high")),
    ("sentiment", ("positive", "neutral", "negative")),
    ("gender", ("female", "male", "other")),
    ("role", ("editor", "reviewer", "engineer", "analyst")),
    ("job, job title, occupation", ("editor", "engineer", "analyst", "teacher")),
    ("language", ("English", "French", "Japanese", "Portuguese", "Hindi")),
    ("language code, lang", ("en", "fr", "ja", "pt")),
    ("locale", ("en-US", "fr-FR", "ja-JP", "pt-PT")),
    ("currency, currency code", ("EUR", "USD", "JPY", "GBP", "CAD")),
    ("quantity", ("{digit} cups", "{number} grams")),
    ("number", ("{number}{digit}{digit}",)),
    ("color, colour", ("red", "green", "blue", "yellow", "violet")),
    ("unit", ("celsius", "meters", "kilograms")),
    ("price, amount, cost, total", ("{number}.{digit}5",)),
    ("animal", ("fox", "heron", "otter", "owl")),
    ("species", ("red fox", "grey heron", "sea otter")),
    ("ingredient", ("rice", "tomato", "basil", "lemon", "garlic")),
    ("department", ("Research", "Design", "Sales")),
    ("skill", ("Python", "statistics", "writing", "design")),
    ("mime type", ("text/plain", "image/png")),
    ("extension", ("txt", "png", "pdf")),
)

#: Between what numbers lie and in steps of what, by the names of properties that ask for it.
_NUMBERS: tuple[tuple[str, tuple[str, str, str]], ...] = (
    ("age", ("18", "80", "1")),
    ("year", ("1990", "2024", "1")),
    ("month, hours", ("1", "12", "1")),
    ("day", ("1", "28", "1")),
    ("hour", ("0", "23", "1")),
    ("minute, second", ("0", "59", "1")),
    ("minutes, seconds", ("5", "90", "5")),
    ("days", ("1", "30", "1")),
    ("price, cost", ("5", "200", "0.05")),
    ("amount", ("5", "500", "0.05")),
    ("total", ("20", "900", "0.05")),
    ("salary", ("30000", "120000", "500")),
    ("percentage, percent", ("5", "95", "0.5")),
    ("rate", ("0.01", "0.25", "0.01")),
    ("discount", ("5", "50", "5")),
    ("confidence", ("0.6", "0.99", "0.01")),
    ("probability", ("0.05", "0.95", "0.01")),
    ("score, similarity", ("0.5", "0.99", "0.01")),
    ("rating", ("3", "5", "0.5")),
    ("stars", ("3", "5", "1")),
    ("latitude, lat", ("-60", "60", "0.0001")),
    ("longitude, lon, lng", ("-170", "170", "0.0001")),
    ("temperature", ("-5", "35", "0.5")),
    ("humidity", ("30", "90", "1")),
    ("population", ("10000", "9000000", "1000")),
    ("count, page", ("1", "20", "1")),
    ("quantity, rank", ("1", "10", "1")),
    ("size, number", ("1", "50", "1")),
    ("port", ("8000", "8999", "1")),
    ("id", ("1000", "9999", "1")),
    ("index", ("0", "10", "1")),
    ("timestamp", ("1700000000", "1760000000", "1")),
    ("height", ("150", "200", "1")),
    ("weight", ("40", "100", "0.5")),
    ("distance", ("1", "100", "0.5")),
    ("width, length", ("10", "100", "1")),
    ("servings", ("1", "8", "1")),
)

NAMED = {name: templates for names, templates in _STRINGS for name in names.split(", ")}
NUMBERS = {name: expected for names, expected in _NUMBERS for name in names.split(", ")}

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+[0-9]*|[0-9]+")


def words_of(name: str) -> tuple[str, ...]:
    """The ends of a property's name, the longest first: `customerEmail` is `customer email` and `email`.

    Each is followed by what it is one of, and a name by what has it: `tags` by `tag`, `city name` by `city`.
    """
    words = [word.lower() for word in _WORD.findall(name)][-4:]
    found: list[str] = []
    for start in range(len(words)):
        end = " ".join(words[start:])
        owner = end.removesuffix(" name")
        found += (end, _singular(end), owner, _singular(owner))
    return tuple(dict.fromkeys(found))


def _singular(words: str) -> str:
    if words.endswith("ies"):
        return f"{words[:-3]}y"
    return words[:-1] if words.endswith("s") and not words.endswith("ss") else words
