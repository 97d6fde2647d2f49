"""A timeline as an iCalendar (RFC 5545): all-day events, with the EDTF text of an uncertain date in the description."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import icalendar

from graph import wording
from graph.timeline import Entry

_ONE_DAY = timedelta(days=1)


def calendar(title: str, entries: Iterable[Entry], left_out: int = 0) -> str:
    """The dated ones of some entries; a calendar has no place for the others.

    An entry of which only the latest possible day is known stands on that day, one without a known end on its first.

    Args:
        title: what the calendar is called.
        entries: in any order.
        left_out: how many more there are, for the description.
    """
    found = icalendar.Calendar()
    found.add("prodid", "-//sitrep//timeline//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", title)
    every = list(entries)
    dated = [entry for entry in every if entry.when.start or entry.when.end]
    told = [
        f"{count:,} more {why}"
        for count, why in ((len(every) - len(dated), "have no date"), (left_out, "follow: ask for a shorter time"))
        if count
    ]
    found.add("x-wr-caldesc", "; ".join(["Days are outer bounds: see each description", *told]))
    for entry in dated:
        found.add_component(_event(entry))
    return str(found.to_ical(), "utf-8")


def _event(entry: Entry) -> icalendar.Event:
    first = entry.when.start or entry.when.end
    last = entry.when.end or entry.when.start
    assert first is not None
    assert last is not None
    event = icalendar.Event()
    event.add("uid", entry.thing.iri)
    # no clock: the same snapshot gives the same calendar
    event.add("dtstamp", datetime.combine(last, time(), UTC))
    event.add("dtstart", first)
    if last < date.max:
        event.add("dtend", last + _ONE_DAY)
    who = ", ".join(agent.label for agent in entry.claimants)
    event.add("summary", f"{who}: {entry.text}" if who and entry.kind == "claim" else entry.text)
    event.add("description", "\n".join(_told(entry, who)))
    event.add("url", entry.thing.iri)
    event.add("categories", [entry.kind, *([entry.type.label] if entry.type else [])])
    event.add("transp", "TRANSPARENT")  # nobody is busy then
    if entry.places:
        event.add("location", ", ".join(place.label for place in entry.places))
    return event


def _told(entry: Entry, who: str) -> Iterable[str]:
    edtf = f" (EDTF {entry.when.edtf})" if entry.when.edtf else ""
    yield f"When: {wording.explained(entry.when)}{edtf}"
    if who:
        yield f"{'Claimed' if entry.kind == 'claim' else 'Rests on claims'} by {who}"
    if entry.denied_by:
        yield f"Denied by {', '.join(agent.label for agent in entry.denied_by)}"
    for document in entry.documents:
        yield f"Read in: {document.label}, {document.iri}"
    for source in entry.sources:
        yield f"Source: {source.iri}"
