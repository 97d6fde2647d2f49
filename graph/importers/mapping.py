"""The mapping file of `sitrep import table`: what the columns of somebody's own table mean.

    id: drone-log
    document: {label: Our log of drone attacks, publisher: tsn, language: en}
    key: [date, who]
    claims:
      - claimant: {column: who}
        kind: fact
        quantity: {about: ukraine, measure: uav-launched, day: {column: date}, value: {column: drones}, unit: drones}

A value is a constant, written as in a sheet, or a column of the table. docs/importing.md shows a whole one.
"""

from __future__ import annotations

import codecs
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from graph.curation import sheet
from graph.curation.sheet import Model, Slug, Text


class Column(Model):
    """A column, and what its words mean."""

    column: Text = Field(description="Its heading.")
    words: dict[Text, Text] = Field(
        default_factory=dict, description="What stands for a word of the column: a slug, or a word as in a sheet."
    )
    otherwise: Text | None = Field(None, description="What stands for an empty cell; without it no claim is made.")


def _which(value: Any) -> str:
    return "column" if isinstance(value, dict | Column) else "text"


def _encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        message = f"there is no encoding {name!r}; write utf-8, cp1251 (Windows, Cyrillic), utf-16 or another"
        raise ValueError(message) from None


def _delimiter(text: str) -> str:
    sign = {"tab": "\t", "semicolon": ";", "comma": ","}.get(text, text)
    if len(sign) != 1:
        raise ValueError(f"{text!r} is no delimiter; write one sign, or tab, semicolon or comma")
    return sign


def _point(text: str) -> str:
    if text not in (".", ","):
        raise ValueError(f"{text!r} does not part decimals; write a point or a comma, in quotes")
    return text


Value = Annotated[
    Annotated[Text, Tag("text")] | Annotated[Column, Tag("column")],
    Discriminator(_which),
]


class Document(Model):
    """The table as a document; its date and digest are filled in."""

    label: Text = Field(description="A name of your own for the table.")
    publisher: Slug = Field(description="Slug of who made the table.")
    language: sheet.Language = Field(description="Language tag, such as en or uk.")
    url: sheet.Url | None = Field(None, description="Where it can be read, if it is public.")
    license: sheet.Url | None = Field(None, description="The licence under which it may be used.")


class File(Model):
    """How the file is written."""

    encoding: Annotated[str, AfterValidator(_encoding)] = Field("utf-8", description="Of a CSV file.")
    delimiter: Annotated[str, AfterValidator(_delimiter)] | None = Field(
        None, description="Of a CSV file: one sign, or tab, semicolon, comma. What the heading has most, when absent."
    )
    sheet: Text | None = Field(None, description="Of an Excel workbook: which sheet; the first when absent.")
    dates: Text | None = Field(
        None, description="How days are written, such as %d.%m.%Y; 2025-01-20 and other EDTF when absent."
    )
    decimals: Annotated[str, AfterValidator(_point)] = Field(".", description="What parts decimals: '.' or ','.")


class Communication(Model):
    """Through which act the claimant spoke, where the table names it."""

    medium: Value = Field(description="bulletin, social-post, briefing, interview, ...")
    url: Value = Field(description="Its address: the source column.")
    page: Value | None = Field(None, description="The page of the source, from 1; it is added to the address.")
    date: Value | None = Field(None, description="The day of it.")
    publisher: Value | None = Field(None, description="Who put it out; the claimant when absent.")


class Quantity(Model):
    """A number, as in a sheet; each part is a constant or a column."""

    about: Value = Field(description="The thing that the number is about.")
    measure: Value = Field(description="Which kind of number.")
    value: Value | None = Field(None, description="The number.")
    min: Value | None = Field(None, description="The lower end of a doubt.")
    max: Value | None = Field(None, description="The upper end of a doubt.")
    unit: Value = Field(description="people, drones, percent, km, ...")
    bound: Value | None = Field(None, description="The hedge; exact when absent.")
    item: Value | None = Field(None, description="What is counted: a weapon system or a category.")
    place: Value | None = Field(None, description="Where.")
    period: Value | None = Field(None, description="During this period.")
    day: Value | None = Field(None, description="On one day or night within this window.")
    as_of: Value | None = Field(None, description="A running total up to this day; give `since` too.")
    since: Value | None = Field(None, description="First day of a running total.")

    @model_validator(mode="after")
    def _number_given(self) -> Self:
        if self.value is None and (self.min is None or self.max is None):
            raise ValueError("a quantity needs a `value`, or `min` and `max`")
        return self


class Claim(Model):
    """What is claimed in each row."""

    claimant: Value = Field(description="Who says so.")
    kind: Value = Field("fact", description="fact, estimate, ...")
    said: Value | None = Field(None, description="The day of saying.")
    communication: Communication | None = None
    quantity: Quantity
    confidence: Value | None = Field(None, description="0 to 1, how sure the reading is.")


class Mapping(Model):
    """A whole mapping file."""

    id: Slug = Field(description="The table's name; its document is doc/table-<id>.")
    document: Document
    file: File = Field(default_factory=lambda: File.model_validate({}))
    key: list[Text] = Field(min_length=1, description="Columns that together tell a row from any other, in each copy.")
    as_of: Value | None = Field(None, description="The day up to which a copy goes; the latest day in it when absent.")
    claims: list[Claim] = Field(min_length=1, description="One entry for each column of numbers.")

    def columns(self) -> list[str]:
        """Every column that is named, each once, in the order of the file."""
        return list(dict.fromkeys([*self.key, *_columns(self)]))


def _columns(part: Any) -> list[str]:
    if isinstance(part, Column):
        return [part.column]
    if isinstance(part, list):
        return [name for item in part for name in _columns(item)]
    if isinstance(part, Model):
        return [name for field in type(part).model_fields for name in _columns(getattr(part, field))]
    return []


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a mapping file, for editors (docs/table.schema.json)."""
    schema = Mapping.model_json_schema(by_alias=True)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://w3id.org/sitrep/table.schema.json",
    }
    return {**head, **schema}
