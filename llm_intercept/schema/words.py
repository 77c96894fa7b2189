"""Words that values are made of, and which of them a property's name asks for."""

from __future__ import annotations

import re

__all__ = ["NAMED", "NUMBERS", "WORDS", "words_of"]

#: What stands in the braces of a template.
WORDS: dict[str, tuple[str, ...]] = {
    "given": ("Ada", "Alan", "Grace", "Linus", "Maria", "Omar", "Priya", "Sofia", "Tomás", "Yuki", "Zoe", "Noah", "Emma", "Liam", "Aisha", "Chen"),
    "family": ("Alvarez", "Baker", "Carter", "Dubois", "Evans", "Fischer", "Garcia", "Haddad", "Ito", "Jensen", "Kim", "Lopez", "Moreau", "Novak", "Okafor", "Patel"),
    "adjective": ("amber", "bright", "calm", "clear", "early", "gentle", "golden", "green", "hidden", "little", "open", "quiet", "silver", "steady", "warm", "wide"),
    "noun": ("bridge", "canyon", "forest", "garden", "harbor", "island", "lantern", "meadow", "mountain", "orchard", "river", "signal", "station", "summit", "valley", "window"),
    "city": ("Paris", "Tokyo", "Berlin", "Nairobi", "Lisbon", "Toronto", "Sydney", "Lima", "Oslo", "Madrid", "Chicago", "Mumbai"),
    "country": ("France", "Japan", "Germany", "Kenya", "Portugal", "Canada", "Australia", "Peru", "Norway", "Spain", "India", "Brazil"),
    "date": ("2024-01-15", "2024-02-28", "2024-03-09", "2024-04-22", "2024-05-31", "2024-06-18", "2024-07-04", "2024-08-12", "2024-09-27", "2024-10-10", "2024-11-05", "2024-12-20"),
    "hour": ("07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18"),
    "minute": ("00", "05", "10", "15", "20", "25", "30", "35", "40", "45", "50", "55"),
    "duration": ("PT15M", "PT30M", "PT45M", "PT1H", "PT1H30M", "PT2H", "PT8H", "P1D", "P2D", "P7D"),
    "byte": tuple(str(number) for number in range(1, 255)),
    "digit": tuple("0123456789"),
    "hex": tuple("0123456789abcdef"),
    "number": tuple(str(number) for number in range(12, 98)),
    "base64": ("TW9jayBkYXRh", "SGVsbG8gdGhlcmU=", "UXVpZXQgcml2ZXI=", "QnJpZ2h0IHZhbGxleQ=="),
    "variable": ("{id}", "{name}", "{slug}"),
    "street": ("Maple Street", "Oak Avenue", "Station Road", "Harbor Lane", "Mill Road", "Park Avenue", "River Street", "Garden Lane"),
}  # fmt: skip

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

#: What strings are made of, by the last words of the property's name, the longest first.
NAMED: dict[str, tuple[str, ...]] = {
    "name": _PERSON, "full name": _PERSON, "author": _PERSON, "user": _PERSON, "person": _PERSON, "assignee": _PERSON,
    "owner": _PERSON, "customer": _PERSON, "contact": _PERSON, "recipient": _PERSON, "sender": _PERSON,
    "first name": ("{given}",), "given name": ("{given}",), "last name": ("{family}",), "family name": ("{family}",),
    "surname": ("{family}",), "middle name": ("{given}",), "nickname": ("{given}",),
    "user name": ("{given:lower}{digit}{digit}",), "username": ("{given:lower}{digit}{digit}",), "login": ("{given:lower}{digit}{digit}",),
    "company": ("{family} & Co.", "{noun:title} Labs"), "company name": ("{family} & Co.", "{noun:title} Labs"),
    "organization": ("{noun:title} Labs", "{city} Institute"), "organisation": ("{noun:title} Labs", "{city} Institute"),
    "product name": ("{adjective:title} {noun:title}",), "product": ("{adjective:title} {noun:title}",),
    "file name": ("{noun}-{number}.txt",), "filename": ("{noun}-{number}.txt",), "path": ("/home/{given:lower}/{noun}.txt",),
    "tool name": ("{adjective}_{noun}",), "function name": ("{adjective}_{noun}",), "event name": ("{noun:title} Day",),
    "email": _EMAIL, "mail": _EMAIL, "email address": _EMAIL,
    "phone": ("+1 555 01{digit}{digit}",), "phone number": ("+1 555 01{digit}{digit}",), "telephone": ("+1 555 01{digit}{digit}",),
    "mobile": ("+1 555 01{digit}{digit}",), "tel": ("+1 555 01{digit}{digit}",), "fax": ("+1 555 01{digit}{digit}",),
    "city": ("{city}",), "town": ("{city}",), "capital": ("{city}",), "location": ("{city}, {country}",), "place": ("{city}, {country}",),
    "destination": ("{city}",), "origin": ("{city}",), "country": ("{country}",), "nationality": ("{country}",), "region": ("North", "South", "East", "West"),
    "country code": ("FR", "JP", "DE", "KE", "PT", "CA", "US", "IN"), "state": ("California", "Ontario", "Bavaria", "Victoria"),
    "street": ("{number} {street}",), "address": ("{number} {street}, {city}",), "street address": ("{number} {street}",), "line1": ("{number} {street}",),
    "zip": ("9{digit}{digit}1{digit}",), "zip code": ("9{digit}{digit}1{digit}",), "postal code": ("7{digit}0{digit}{digit}",), "postcode": ("7{digit}0{digit}{digit}",),
    "date": ("{date}",), "day": ("{date}",), "birthday": ("{date}",), "date of birth": ("{date}",), "dob": ("{date}",), "deadline": ("{date}",), "due": ("{date}",),
    "weekday": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"), "day of week": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    "month": ("January", "March", "May", "July", "September", "November"), "year": ("2021", "2022", "2023", "2024"),
    "time": ("{hour}:{minute}",), "datetime": _DATE_TIME, "date time": _DATE_TIME, "timestamp": _DATE_TIME, "at": _DATE_TIME,
    "duration": ("{number} minutes",), "timezone": ("Europe/Paris", "Asia/Tokyo", "America/Chicago", "UTC"), "time zone": ("Europe/Paris", "Asia/Tokyo", "UTC"),
    "url": _URL, "uri": _URL, "link": _URL, "href": _URL, "website": _URL, "homepage": _URL, "image url": ("https://example.com/{noun}.png",),
    "domain": ("{noun}.example.com",), "host": ("{noun}.example.com",), "hostname": ("{noun}.example.com",), "ip": ("192.0.2.{byte}",),
    "ip address": ("192.0.2.{byte}",), "uuid": ("{uuid}",), "guid": ("{uuid}",), "id": ("{noun}-{number}{digit}",), "key": ("{noun}-{number}",),
    "slug": ("{adjective}-{noun}",), "code": ("{noun:upper}-{number}",), "sku": ("SKU-{number}{digit}{digit}",), "isbn": ("978-0-{number}-{number}{digit}{digit}-{digit}",),
    "version": ("{digit}.{digit}.{digit}",), "token": ("{hex}{hex}{hex}{hex}{hex}{hex}{hex}{hex}",), "hash": ("{hex}{hex}{hex}{hex}{hex}{hex}{hex}{hex}",),
    "password": ("{adjective}-{noun}-{number}",), "secret": ("{adjective}-{noun}-{number}",),
    "title": _TITLES, "headline": _TITLES, "subject": _TITLES, "heading": _TITLES, "movie": _TITLES, "book": _TITLES,
    "description": _SENTENCES, "summary": _SENTENCES, "text": _SENTENCES, "content": _SENTENCES, "message": _SENTENCES,
    "body": _SENTENCES, "comment": _SENTENCES, "note": _SENTENCES, "reason": _SENTENCES, "explanation": _SENTENCES,
    "reasoning": _SENTENCES, "answer": _SENTENCES, "response": _SENTENCES, "output": _SENTENCES, "question": ("Where is the {adjective} {noun}?", "How far is {city}?"),
    "review": _SENTENCES, "feedback": _SENTENCES, "analysis": _SENTENCES, "thought": _SENTENCES, "step": _SENTENCES, "bio": _SENTENCES,
    "conclusion": _SENTENCES, "instruction": _SENTENCES, "sentence": _SENTENCES, "paragraph": _SENTENCES, "details": _SENTENCES,
    "query": _LABEL, "keyword": ("{noun}",), "tag": ("{noun}",), "topic": ("{noun}",), "word": ("{noun}",), "label": _LABEL,
    "category": ("travel", "science", "music", "sports", "food", "history"), "genre": ("drama", "comedy", "mystery", "adventure"),
    "type": ("standard", "extended", "basic"), "kind": ("standard", "extended", "basic"), "status": ("active", "pending", "done"),
    "priority": ("low", "medium", "high"), "severity": ("low", "medium", "high"), "level": ("low", "medium", "high"),
    "sentiment": ("positive", "neutral", "negative"), "gender": ("female", "male", "other"), "role": ("editor", "reviewer", "engineer", "analyst"),
    "job": ("editor", "engineer", "analyst", "teacher"), "job title": ("editor", "engineer", "analyst", "teacher"), "occupation": ("editor", "engineer", "analyst", "teacher"),
    "language": ("English", "French", "Japanese", "Portuguese", "Hindi"), "language code": ("en", "fr", "ja", "pt"), "lang": ("en", "fr", "ja", "pt"),
    "locale": ("en-US", "fr-FR", "ja-JP", "pt-PT"), "currency": ("EUR", "USD", "JPY", "GBP", "CAD"), "currency code": ("EUR", "USD", "JPY", "GBP", "CAD"),
    "color": ("red", "green", "blue", "yellow", "violet"), "colour": ("red", "green", "blue", "yellow", "violet"), "unit": ("celsius", "meters", "kilograms"),
    "price": ("{number}.{digit}5",), "amount": ("{number}.{digit}5",), "cost": ("{number}.{digit}5",), "total": ("{number}.{digit}5",),
    "animal": ("fox", "heron", "otter", "owl"), "species": ("red fox", "grey heron", "sea otter"), "ingredient": ("rice", "tomato", "basil", "lemon", "garlic"),
    "department": ("Research", "Design", "Sales"), "skill": ("Python", "statistics", "writing", "design"), "mime type": ("text/plain", "image/png"), "extension": ("txt", "png", "pdf"),
}  # fmt: skip

#: Between what numbers lie, in steps of what, by the last words of the property's name.
NUMBERS: dict[str, tuple[str, str, str]] = {
    "age": ("18", "80", "1"), "year": ("1990", "2024", "1"), "month": ("1", "12", "1"), "day": ("1", "28", "1"), "hour": ("0", "23", "1"),
    "minute": ("0", "59", "1"), "second": ("0", "59", "1"), "minutes": ("5", "90", "5"), "seconds": ("5", "90", "5"), "hours": ("1", "12", "1"), "days": ("1", "30", "1"),
    "price": ("5", "200", "0.05"), "cost": ("5", "200", "0.05"), "amount": ("5", "500", "0.05"), "total": ("20", "900", "0.05"), "salary": ("30000", "120000", "500"),
    "percentage": ("5", "95", "0.5"), "percent": ("5", "95", "0.5"), "rate": ("0.01", "0.25", "0.01"), "discount": ("5", "50", "5"),
    "confidence": ("0.6", "0.99", "0.01"), "probability": ("0.05", "0.95", "0.01"), "score": ("0.5", "0.99", "0.01"), "similarity": ("0.5", "0.99", "0.01"),
    "rating": ("3", "5", "0.5"), "stars": ("3", "5", "1"), "latitude": ("-60", "60", "0.0001"), "lat": ("-60", "60", "0.0001"),
    "longitude": ("-170", "170", "0.0001"), "lon": ("-170", "170", "0.0001"), "lng": ("-170", "170", "0.0001"), "temperature": ("-5", "35", "0.5"), "humidity": ("30", "90", "1"),
    "population": ("10000", "9000000", "1000"), "count": ("1", "20", "1"), "quantity": ("1", "10", "1"), "size": ("1", "50", "1"), "number": ("1", "50", "1"),
    "page": ("1", "20", "1"), "port": ("8000", "8999", "1"), "id": ("1000", "9999", "1"), "rank": ("1", "10", "1"), "index": ("0", "10", "1"), "timestamp": ("1700000000", "1760000000", "1"),
    "height": ("150", "200", "1"), "weight": ("40", "100", "0.5"), "distance": ("1", "100", "0.5"), "width": ("10", "100", "1"), "length": ("10", "100", "1"),
}  # fmt: skip

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+[0-9]*|[0-9]+")


def words_of(name: str) -> tuple[str, ...]:
    """The ends of a property's name, the longest first: `customerEmail` is `customer email` and `email`."""
    words = [word.lower() for word in _WORD.findall(name)][-4:]
    ends = [" ".join(words[start:]) for start in range(len(words))]
    singular = [end[:-3] + "y" if end.endswith("ies") else end[:-1] for end in ends if end.endswith("s") and not end.endswith("ss")]
    return (*ends, *singular)
