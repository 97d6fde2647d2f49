"""Each shape is broken once, by one edit of ``sound.ttl``, and says exactly what its message says."""

from pathlib import Path
from typing import NamedTuple

import pytest
from rdflib import RDF, RDFS, SH, BNode, Graph

from ontology.conformance import Violation, violations
from ontology.files import text
from ontology.terms import ID, SIT, compact, expand

SOUND = Path(__file__).with_name("sound.ttl").read_text(encoding="utf-8")

ONE_FORM = (
    "A claim holds exactly one of a quantity (sit:measurand), a relation (rdf:subject, rdf:predicate, rdf:object) "
    "or a position (schema:abstract with schema:about)."
)
ONE_LOCATOR = (
    "A passage has exactly one locator: oa:start with oa:end, sit:row, or sit:page; "
    "only in a document with sit:excerpt true may it have none."
)
AS_OF = (
    "A cumulative number needs a start and an as-of day (schema:startDate, sit:asOf, sit:asOfFrom, schema:endDate), "
    "and no other number has an as-of day."
)
CLAIMANT = (
    "Give the claim a claimant: the person, body or state that the text names, or the publisher where it names nobody."
)


class Break(NamedTuple):
    """An edit of the sound graph, and the one violation that it leads to."""

    old: str
    new: str
    node: str
    path: str
    message: str
    value: str = ""


BREAKS = [
    # claims
    Break(
        "voc:opinion ; prov:wasAttributedTo id:syrskyi", "voc:opinion", "claim:proven", "prov:wasAttributedTo", CLAIMANT
    ),
    Break(
        "wasAttributedTo id:syrskyi ;\n    schema:about",
        'wasAttributedTo "Syrskyi" ;\n    schema:about',
        "claim:proven",
        "prov:wasAttributedTo",
        CLAIMANT,
        '"Syrskyi"',
    ),
    Break(
        "passage:proven a sit:Passage ; sit:carries claim:proven",
        "passage:proven a sit:Passage ; sit:carries claim:use",
        "claim:proven",
        "^sit:carries",
        "Give the claim a passage that carries it: a claim that nobody reported cannot be traced.",
    ),
    Break(
        'dateCreated "2025-01-19"^^xsd:date',
        'dateCreated "2025-01-19"',
        "claim:losses-2024",
        "schema:dateCreated",
        "Give the day on which the claim was made (schema:dateCreated) at most once, "
        "as an xsd:date such as 2025-01-19.",
        '"2025-01-19"',
    ),
    Break(
        'id:outlet ; schema:endDate "2025-01-20"^^xsd:date',
        "id:outlet ; schema:endDate 2025",
        "claim:total",
        "schema:endDate",
        "Give the last possible day of the claim (schema:endDate) at most once, as an xsd:date such as 2025-01-20.",
        '"2025"^^xsd:integer',
    ),
    Break(
        "sit:kind voc:opinion",
        "sit:kind voc:rumour",
        "claim:proven",
        "sit:kind",
        "Give the claim one kind: fact, estimate, forecast, warning, opinion, demand, pledge, thanks, denial "
        "or comparison.",
        "voc:rumour",
    ),
    Break(
        "sit:kind voc:opinion",
        'sit:kind voc:opinion ; sit:key "a", "b"',
        "claim:proven",
        "sit:key",
        "Give the claim at most one shared key (sit:key), as a plain string.",
    ),
    Break(
        "sit:measurand measurand:losses-2024",
        "sit:measurand measurand:losses-2024, measurand:total",
        "claim:losses-2024",
        "sit:measurand",
        "Point sit:measurand to one sit:Measurand: a claim states one number about one thing.",
    ),
    Break(
        "rdf:subject id:use",
        "rdf:subject id:use, id:war",
        "claim:use",
        "rdf:subject",
        "Give a relation claim one subject, named by an IRI.",
    ),
    Break(
        "rdf:predicate sit:occurred",
        "rdf:predicate sit:occurred, sit:usedIn",
        "claim:use",
        "rdf:predicate",
        "Give a relation claim one predicate, named by an IRI.",
    ),
    Break(
        "rdf:object true",
        "rdf:object true, false",
        "claim:use",
        "rdf:object",
        "Give a relation claim one object: two objects are two claims.",
    ),
    Break("schema:about id:atacms ; schema:abstract", "schema:abstract", "claim:proven", "", ONE_FORM),
    Break(
        "schema:about id:atacms ; schema:abstract",
        "rdf:subject id:atacms ; rdf:predicate sit:usedIn ; rdf:object id:war ; sit:measurand measurand:total ; "
        "schema:value 1 ; qudt:hasUnit unit:NUM ; sit:bound voc:exact ; sit:low 1.0 ; schema:abstract",
        "claim:proven",
        "",
        ONE_FORM,
    ),
    Break(
        "rdf:subject id:use ; rdf:predicate sit:occurred ; rdf:object true",
        "rdf:subject id:use ; rdf:predicate sit:occurred",
        "claim:use",
        "",
        "A relation claim needs all three of rdf:subject, rdf:predicate and rdf:object.",
    ),
    Break(
        "rdf:object measurand:losses-before",
        "rdf:object id:war",
        "claim:worse",
        "",
        "A claim with the predicate sit:exceeds compares two numbers: point rdf:subject and rdf:object to measurands.",
    ),
    Break(
        "ATACMS had shown its worth.",
        "ATACMS " * 29,
        "claim:proven",
        "schema:abstract",
        "Shorten the summary to 200 characters, in your own words.",
        f'"{"ATACMS " * 29}"@en',
    ),
    # quantities
    Break(
        "sit:bound voc:at-least",
        "sit:bound voc:nearly",
        "claim:losses-2024",
        "sit:bound",
        "Give the number one hedge (sit:bound): exact, approx, just-under, just-over, at-least, more-than, at-most "
        "or fewer-than.",
        "voc:nearly",
    ),
    Break(
        "schema:value 434000 ; qudt:hasUnit unit:NUM",
        "schema:value 434000",
        "claim:losses-2024",
        "qudt:hasUnit",
        "Give the number one unit (qudt:hasUnit), the one in which it was stated.",
    ),
    Break(
        "sit:low 818000.0",
        "sit:low 820000.0",
        "claim:total",
        "sit:low",
        "The lower limit (sit:low) must be a single number no larger than the upper one (sit:high): "
        "compute both again.",
        '"820000.0"^^xsd:decimal',
    ),
    Break(
        "sit:high 819000.0",
        "sit:high 819000.0, 819500.0",
        "claim:total",
        "sit:high",
        "The upper limit (sit:high) must be a single number: compute it again.",
    ),
    Break(
        "schema:minValue 818000",
        "schema:minValue 820000",
        "claim:total",
        "schema:minValue",
        "Give at most one schema:minValue, no larger than schema:maxValue.",
        '"820000"^^xsd:integer',
    ),
    Break(
        "schema:maxValue 819000",
        "schema:maxValue 819000, 819500",
        "claim:total",
        "schema:maxValue",
        "Give at most one schema:maxValue.",
    ),
    Break(
        "sit:bound voc:at-least ; sit:low 434000.0",
        "sit:bound voc:at-least",
        "claim:losses-2024",
        "",
        "A quantity needs a computed limit: sit:low, sit:high or both.",
    ),
    Break(
        "schema:value 434000",
        "schema:value -434000",
        "claim:losses-2024",
        "schema:value",
        "Give the number (schema:value) as one from 0 on: no measure goes below zero.",
        '"-434000"^^xsd:integer',
    ),
    Break(
        "schema:minValue 818000",
        "schema:minValue -1",
        "claim:total",
        "schema:minValue",
        "Give the lower end (schema:minValue) as a number from 0 on: no measure goes below zero.",
        '"-1"^^xsd:integer',
    ),
    Break(
        "schema:minValue 818000 ; schema:maxValue 819000",
        "schema:maxValue -0.5",
        "claim:total",
        "schema:maxValue",
        "Give the upper end (schema:maxValue) as a number from 0 on: no measure goes below zero.",
        '"-0.5"^^xsd:decimal',
    ),
    Break(
        "schema:value 434000 ; ",
        "",
        "claim:losses-2024",
        "",
        "A quantity needs the number as stated: one schema:value, or schema:minValue and schema:maxValue "
        "where the text gives limits.",
    ),
    # measurands
    Break(
        "measurand:losses-before a sit:Measurand ; schema:about id:russian-armed-forces",
        "measurand:losses-before a sit:Measurand",
        "measurand:losses-before",
        "schema:about",
        "Say what the number is about: one thing, by its IRI (schema:about).",
    ),
    Break(
        "sit:measure voc:m-losses ; sit:span voc:cumulative",
        "sit:measure voc:m-los ; sit:span voc:cumulative",
        "measurand:total",
        "sit:measure",
        "Give the measurand one measure of the vocabulary, such as voc:m-losses.",
        "voc:m-los",
    ),
    Break(
        "sit:span voc:during",
        "sit:span voc:yearly",
        "measurand:losses-2024",
        "sit:span",
        "Give the measurand one span: cumulative, during, one-day or timeless.",
        "voc:yearly",
    ),
    Break(
        "sit:span voc:during",
        "sit:span voc:during ; sit:item voc:w-tank, voc:w-uav",
        "measurand:losses-2024",
        "sit:item",
        "Name at most one item counted (sit:item), by its IRI.",
    ),
    Break(
        "sit:span voc:during",
        'sit:span voc:during ; schema:location "Donetsk"',
        "measurand:losses-2024",
        "schema:location",
        "Name at most one place of the number (schema:location), by its IRI.",
        '"Donetsk"',
    ),
    Break(
        '"2024-01-01"^^xsd:date',
        '"2025-01-01"^^xsd:date',
        "measurand:losses-2024",
        "schema:startDate",
        "Give the number at most one start (schema:startDate), an xsd:date that is not after its end.",
        '"2025-01-01"^^xsd:date',
    ),
    Break(
        'schema:endDate "2024-12-31"^^xsd:date',
        'schema:endDate "2024-12-31"^^xsd:date, "2025-12-31"^^xsd:date',
        "measurand:losses-2024",
        "schema:endDate",
        "Give the number at most one end (schema:endDate), an xsd:date.",
    ),
    Break(
        '"[2025-01-19..2025-01-20]"^^edtf:EDTF',
        '"2025-01-20"^^xsd:date',
        "measurand:total",
        "sit:asOf",
        "Give the as-of day (sit:asOf) at most once, as an EDTF literal.",
        '"2025-01-20"^^xsd:date',
    ),
    Break(
        'sit:asOfFrom "2025-01-19"',
        'sit:asOfFrom "2025-01-21"',
        "measurand:total",
        "sit:asOfFrom",
        "Give the first possible as-of day (sit:asOfFrom) at most once, an xsd:date that is not after schema:endDate.",
        '"2025-01-21"^^xsd:date',
    ),
    Break('sit:asOf "[2025-01-19..2025-01-20]"^^edtf:EDTF ;', "", "measurand:total", "", AS_OF),
    Break('sit:when "2024"^^edtf:EDTF', 'sit:asOf "2024"^^edtf:EDTF', "measurand:losses-2024", "", AS_OF),
    # passages
    Break(
        "sit:mode voc:table",
        'sit:mode voc:table ; schema:text "818,740"',
        "passage:total",
        "schema:text",
        "Remove this property: a passage holds its claim, document, locator, mode, hedge, whether its wording was "
        "looked at again, confidence and address, and never the text itself.",
        '"818,740"',
    ),
    Break(
        "sit:mode voc:table",
        'sit:mode voc:table ; schema:url "page 3"',
        "passage:total",
        "schema:url",
        "Give the passage at most one address (schema:url) at which this very place can be seen, an IRI.",
        '"page 3"',
    ),
    Break(
        "sit:carries claim:losses-2024",
        "sit:carries claim:losses-2024, claim:total",
        "passage:losses-2024",
        "sit:carries",
        "Let the passage carry one claim: two claims in one place are two passages.",
    ),
    Break(
        "sit:inDocument doc:report ; sit:row",
        "sit:row",
        "passage:total",
        "sit:inDocument",
        "Name the one document that the passage lies in (sit:inDocument), by its IRI.",
    ),
    Break(
        "oa:start 194",
        "oa:start 343",
        "passage:losses-2024",
        "oa:start",
        "Let the passage start (oa:start) at one code point from 0 on, before its end (oa:end).",
        '"343"^^xsd:integer',
    ),
    Break(
        "oa:end 343",
        "oa:end 343.5",
        "passage:losses-2024",
        "oa:end",
        "Let the passage end (oa:end) at one code point, an integer.",
        '"343.5"^^xsd:decimal',
    ),
    Break(
        'sit:row "2025-01-19"',
        "sit:row -1",
        "passage:total",
        "sit:row",
        "Name the one row (sit:row) by its number from 0 or by its key, a string.",
        '"-1"^^xsd:integer',
    ),
    Break(
        "sit:page 3",
        "sit:page 0",
        "passage:worse",
        "sit:page",
        "Name the one page (sit:page) by its number from 1.",
        '"0"^^xsd:integer',
    ),
    Break(
        "sit:mode voc:table",
        "sit:mode voc:chart",
        "passage:total",
        "sit:mode",
        "Give the passage one mode: direct-quote, indirect, unattributed, headline or table.",
        "voc:chart",
    ),
    Break(
        "sit:bound voc:at-least ; sit:low 434000.0",
        "sit:bound voc:at-least ; sit:variant voc:both ; sit:low 434000.0",
        "claim:losses-2024",
        "sit:variant",
        "Say at most once how the number stands to variants (sit:variant): stated-range or one-variant.",
        "voc:both",
    ),
    Break(
        'sit:asKnownOn "2025-01-20"^^xsd:date',
        'sit:asKnownOn "2025-01-20"',
        "id:mb-syrskyi",
        "sit:asKnownOn",
        "Say at most once up to which day it was looked after (sit:asKnownOn), an xsd:date.",
        '"2025-01-20"',
    ),
    Break(
        "sit:bound voc:exact ; sit:extractionConfidence",
        "sit:bound voc:nearly ; sit:extractionConfidence",
        "passage:losses-2024",
        "sit:bound",
        "Give the passage at most one hedge (sit:bound): exact, approx, just-under, just-over, at-least, more-than, "
        "at-most or fewer-than.",
        "voc:nearly",
    ),
    Break(
        "sit:extractionConfidence 0.9",
        'sit:wordingChecked "no" ; sit:extractionConfidence 0.9',
        "passage:losses-2024",
        "sit:wordingChecked",
        "Say at most once whether the wording of the hedge was looked at again (sit:wordingChecked), as true or false.",
        '"no"',
    ),
    Break(
        "sit:extractionConfidence 0.9",
        "sit:extractionConfidence 90",
        "passage:losses-2024",
        "sit:extractionConfidence",
        "Give the confidence of the reading at most once, as a number from 0 to 1.",
        '"90"^^xsd:integer',
    ),
    Break("sit:page 3 ; ", "", "passage:worse", "", ONE_LOCATOR),
    Break("sit:page 3", "sit:page 3 ; sit:row 0", "passage:worse", "", ONE_LOCATOR),
    Break("sit:excerpt true", "sit:excerpt false", "passage:use", "", ONE_LOCATOR),
    Break(
        "sit:inDocument doc:article ;",
        "sit:inDocument doc:article ; sit:page 1 ; sit:row 0 ;",
        "passage:use",
        "",
        ONE_LOCATOR,
    ),
    Break(
        "oa:start 194 ; ",
        "",
        "passage:losses-2024",
        "oa:start",
        "Give the offset at which the passage starts (oa:start): an end alone finds nothing.",
    ),
    Break(
        "oa:end 343 ; ",
        "",
        "passage:losses-2024",
        "oa:end",
        "Give the offset at which the passage ends (oa:end): a start alone finds nothing.",
    ),
    Break(
        "id:review a",
        'id:selector oa:exact "copied" . id:review a',
        "id:selector",
        "oa:exact",
        "Remove the quoted text (oa:exact): a place in a document is named by its locator only.",
    ),
    # documents
    Break(
        "schema:NewsArticle ; schema:publisher id:outlet",
        "schema:NewsArticle",
        "doc:article",
        "schema:publisher",
        "Name the publisher of the document (schema:publisher), by its IRI.",
    ),
    Break(
        'sha256 "78d9d4a2ed',
        'sha256 "78d9d4a2e',
        "doc:blog",
        "schema:sha256",
        "Give the SHA-256 of the exact text at most once, as 64 hexadecimal digits in lower case.",
        '"78d9d4a2e3095071cf8323f156e96871124a7ac164422eac4f771440979a3a5"',
    ),
    Break(
        "sit:length 5454",
        "sit:length 0",
        "doc:blog",
        "sit:length",
        "Give the length of the text (sit:length) at most once, in code points, an integer from 1 on.",
        '"0"^^xsd:integer',
    ),
    Break(
        "sit:length 5454",
        'sit:length 5454 ; sit:excerpt "no"',
        "doc:blog",
        "sit:excerpt",
        "Say at most once whether only an excerpt was seen (sit:excerpt), as true or false.",
        '"no"',
    ),
    # events
    Break(
        'skos:prefLabel "First Ukrainian use of ATACMS"@en ; ',
        "",
        "id:use",
        "skos:prefLabel",
        "Give the event a name (skos:prefLabel), one per language.",
    ),
    Break(
        "voc:ev-missile-strike",
        "voc:ev-misile-strike",
        "id:use",
        "sit:eventType",
        "Give the event one type of the vocabulary, such as voc:ev-air-drone-strike.",
        "voc:ev-misile-strike",
    ),
    Break(
        '"2023-10-01"^^xsd:date',
        '"2023-11-01"^^xsd:date',
        "id:use",
        "schema:startDate",
        "Give the event at most one start (schema:startDate), an xsd:date that is not after its end.",
        '"2023-11-01"^^xsd:date',
    ),
    Break(
        'schema:endDate "2023-10-31"^^xsd:date',
        'schema:endDate "2023-10-31"^^xsd:date, "2023-12-31"^^xsd:date',
        "id:use",
        "schema:endDate",
        "Give the event at most one end (schema:endDate), an xsd:date.",
    ),
    Break(
        "rdf:predicate sit:occurred",
        "rdf:predicate sit:weapon",
        "id:use",
        "",
        "An event needs a claim that affirms or denies it (sit:occurred), or, as background, "
        "a source (dcterms:source).",
    ),
    # reference data
    Break(
        "org:member id:syrskyi ; ",
        "",
        "id:mb-syrskyi",
        "org:member",
        "Name the one person who holds the office (org:member).",
    ),
    Break(
        "sit:post id:post-cinc-ukraine",
        "sit:post id:atacms",
        "id:mb-syrskyi",
        "sit:post",
        "Name the one office held (sit:post), an org:Post.",
        "id:atacms",
    ),
    Break(
        '"2024-02-08"^^xsd:date',
        '"2024-02-08"^^xsd:date ; schema:endDate "2024-01-01"^^xsd:date',
        "id:mb-syrskyi",
        "schema:startDate",
        "Give the term at most one start (schema:startDate), an xsd:date that is not after its end.",
        '"2024-02-08"^^xsd:date',
    ),
    Break(
        '"2024-02-08"^^xsd:date',
        '"2024-02-08"^^xsd:date ; schema:endDate "2025-01-01"^^xsd:date, "2026-01-01"^^xsd:date',
        "id:mb-syrskyi",
        "schema:endDate",
        "Give the term at most one end (schema:endDate), an xsd:date.",
    ),
    Break(
        " ; dcterms:source <https://www.pravda.com.ua/eng/news/2024/02/8/7441006/>",
        "",
        "id:mb-syrskyi",
        "dcterms:source",
        "Give the term of office a source (dcterms:source) that a reader can open and that says so.",
    ),
    Break(
        "sit:seats 1",
        "sit:seats 0",
        "id:post-cinc-ukraine",
        "sit:seats",
        "Give the number of seats of the office (sit:seats) at most once, an integer from 1 on.",
        '"0"^^xsd:integer',
    ),
    Break(
        "sit:variantOf id:atacms ; dcterms:source doc:blog",
        "sit:variantOf id:atacms",
        "id:atacms-m39a1",
        "dcterms:source",
        "Give the variant a source (dcterms:source) that calls it one.",
    ),
    Break(
        '"Україна"@uk',
        '"Україна"@en',
        "id:ukraine",
        "skos:prefLabel",
        "Give the person, weapon or state a name (skos:prefLabel), one per language.",
    ),
    # what the build makes
    Break(
        "sit:from id:armed-forces-of-ukraine ; ",
        "",
        "rel:operates",
        "sit:from",
        "Give the relation one thing that it starts at (sit:from), by its IRI.",
    ),
    Break(
        "sit:edge sit:operates",
        'sit:edge "operates"',
        "rel:operates",
        "sit:edge",
        "Give the relation one property (sit:edge), by its IRI.",
        '"operates"',
    ),
    Break(
        "sit:to id:atacms",
        "sit:to id:atacms, id:atacms-m39a1",
        "rel:operates",
        "sit:to",
        "Give the relation one thing that it ends at (sit:to), by its IRI.",
    ),
    Break(
        "sit:via id:use",
        "sit:via id:use, id:war",
        "rel:operates",
        "sit:via",
        "Give the relation at most one event (sit:via): an edge from two events has two relations.",
    ),
    Break(
        "sit:status voc:asserted",
        "sit:status voc:certain",
        "rel:operates",
        "sit:status",
        "Give the relation one status: asserted, hedged or disputed.",
        "voc:certain",
    ),
    Break(
        "sit:status voc:asserted",
        "sit:status voc:asserted ; schema:startDate 2023",
        "rel:operates",
        "schema:startDate",
        "Give the relation at most one start (schema:startDate), an xsd:date.",
        '"2023"^^xsd:integer',
    ),
    Break(
        "sit:status voc:asserted",
        "sit:status voc:asserted ; schema:endDate 2023",
        "rel:operates",
        "schema:endDate",
        "Give the relation at most one end (schema:endDate), an xsd:date.",
        '"2023"^^xsd:integer',
    ),
    Break(
        "sit:status voc:asserted",
        "sit:status voc:asserted ; rdf:subject id:atacms",
        "rel:operates",
        "rdf:subject",
        "Remove rdf:subject from the relation: it belongs to claims, and a relation has sit:from.",
    ),
    Break(
        "sit:restsOn claim:use",
        "sit:restsOn claim:use, doc:blog",
        "rel:operates",
        "sit:restsOn",
        "Let the relation rest on claims only (sit:restsOn), and name a page as its dcterms:source.",
        "doc:blog",
    ),
    Break(
        "sit:restsOn claim:use ; ",
        "",
        "rel:operates",
        "",
        "A relation needs the claims that it rests on (sit:restsOn) or a source (dcterms:source).",
    ),
    Break(
        'sit:rule "comparison" ; ',
        "",
        "check:one",
        "sit:rule",
        "Name the one rule that the check applied (sit:rule), by the name of its file.",
    ),
    Break(
        "prov:used claim:worse",
        "prov:used measurand:losses-2024",
        "check:one",
        "prov:used",
        "Name the claims that the check used (prov:used).",
        "measurand:losses-2024",
    ),
    Break(
        "sit:computed 385000.0",
        'sit:computed "385000"',
        "check:one",
        "sit:computed",
        "Give the computed number (sit:computed) at most once, an xsd:decimal.",
        '"385000"',
    ),
    Break(
        'check:one a sit:Check ; rdfs:label "The numbers bear it out."@en ; ',
        "check:one a sit:Check ; ",
        "check:one",
        "rdfs:label",
        "Say in a sentence what the check found (rdfs:label).",
    ),
    Break(
        "sit:verdict voc:borne-out",
        "sit:verdict voc:agree",
        "check:one",
        "sit:verdict",
        "Give the check one verdict: borne-out, not-borne-out, undecided, adds-up, unaccounted, overdrawn, rises, "
        "falls, above, below or near.",
        "voc:agree",
    ),
    Break(
        "sit:first claim:losses-2024",
        "sit:first measurand:losses-2024",
        "comparison:one",
        "sit:first",
        "Name one claim as the first of the comparison (sit:first).",
        "measurand:losses-2024",
    ),
    Break(
        "sit:second claim:total ; ",
        "",
        "comparison:one",
        "sit:second",
        "Name one claim as the second of the comparison (sit:second).",
    ),
    Break(
        "sit:outcome voc:scope",
        "sit:outcome voc:disagree",
        "comparison:one",
        "sit:outcome",
        "Give the comparison one outcome: agree, rounding, scope, contradict, superseded or reporting.",
        "voc:disagree",
    ),
    Break(
        "sit:slip claim:total",
        "sit:slip claim:total, claim:losses-2024",
        "comparison:slip",
        "sit:slip",
        "Name at most one claim that a document misreports (sit:slip).",
    ),
    Break(
        "sit:outcome voc:reporting",
        "sit:outcome voc:contradict",
        "comparison:slip",
        "sit:outcome",
        "Only a misreport names the claim that is misreported (sit:slip): give the comparison the outcome reporting.",
    ),
    Break(
        " cmp:slip sit:inDispute id:dispute . claim:losses-2024 sit:inDispute id:dispute ."
        " claim:total sit:inDispute id:dispute .",
        "",
        "id:dispute",
        "^sit:inDispute",
        "Let the claims of the dispute and the comparisons of them lead to it (sit:inDispute).",
    ),
    # judgements
    Break(
        "sit:opinion voc:neutral",
        "sit:opinion voc:contradict",
        "id:review",
        "sit:opinion",
        "Give the review one opinion: strongly-disagree, disagree, neutral, agree or strongly-agree.",
        "voc:contradict",
    ),
]
NAMES = [f"{number}: {case.node} {case.path}".rstrip() for number, case in enumerate(BREAKS, 1)]


def graph(turtle: str) -> Graph:
    return Graph().parse(data=turtle, format="turtle")


def edited(case: Break) -> Graph:
    assert case.old in SOUND
    return graph(SOUND.replace(case.old, case.new, 1))


def test_a_sound_graph_conforms() -> None:
    assert violations(graph(SOUND)) == []


@pytest.mark.parametrize("case", BREAKS, ids=NAMES)
def test_a_broken_shape_says_what_to_do(case: Break) -> None:
    assert violations(edited(case)) == [Violation(expand(case.node), case.path, case.message, case.value)]


def test_every_message_that_a_user_can_see_is_tested() -> None:
    shapes = graph(text("shapes.ttl"))
    targeted = set(shapes.subjects(SH.targetClass)) | set(shapes.subjects(SH.targetSubjectsOf))
    visible = {*targeted, *(part for shape in targeted for part in shapes.objects(shape, SH.property))}
    messages = {str(message) for shape in visible for message in shapes.objects(shape, SH.message)}
    assert messages == {case.message for case in BREAKS}


def test_every_shape_with_a_path_or_a_choice_has_one_message() -> None:
    shapes = graph(text("shapes.ttl"))
    silent = [
        shape
        for parameter in (SH.path, SH.closed)
        for shape in shapes.subjects(parameter)
        if len(list(shapes.objects(shape, SH.message))) != 1
    ]
    choices = {shape for choice in (SH["or"], SH.xone) for shape in shapes.subjects(choice)}
    assert silent == []
    assert [shape for shape in choices if (shape, SH.message, None) not in shapes] == []


def test_every_message_is_one_sentence() -> None:
    messages = {str(message) for message in graph(text("shapes.ttl")).objects(None, SH.message)}
    assert [m for m in messages if not (m[0].isupper() and m.endswith(".") and ". " not in m)] == []


def test_a_bare_claim_has_four_violations() -> None:
    bare = Graph()
    bare.add((ID.nothing, RDF.type, SIT.Claim))
    assert [row.path for row in violations(bare)] == ["", "^sit:carries", "prov:wasAttributedTo", "sit:kind"]


def test_the_same_graph_gives_the_same_rows_in_the_same_order() -> None:
    broken = SOUND.replace("sit:kind", "sit:sort").replace("sit:mode", "sit:manner")
    first = violations(graph(broken))
    assert len(first) > 10
    assert first == sorted(first) == violations(graph(broken))


def test_several_wrong_values_of_one_property_are_one_row() -> None:
    broken = SOUND.replace("sit:restsOn claim:use", "sit:restsOn doc:article, doc:blog")
    assert [row.value for row in violations(graph(broken))] == ["doc:article"]


def test_the_data_is_not_changed() -> None:
    data, before = graph(SOUND), graph(SOUND)
    violations(data)
    violations(data, focus=[ID.use])
    assert set(data) == set(before)


def test_a_subclass_is_held_to_the_shapes_of_its_class() -> None:
    data = graph(SOUND)
    data.add((ID.own, RDF.type, ID.OwnClaim))
    data.add((ID.OwnClaim, RDFS.subClassOf, SIT.Claim))
    assert len(violations(data)) == len(violations(data, focus=[ID.own])) == 4


def test_focus_checks_only_the_nodes_named() -> None:
    broken = graph(SOUND.replace("sit:kind", "sit:sort"))
    focus = expand("claim:use")
    assert {row.node for row in violations(broken)} > {focus}
    assert violations(broken, focus=[focus]) == [row for row in violations(broken) if row.node == focus]
    assert violations(broken, focus=[]) == []
    assert violations(broken, focus=[ID["not-there"]]) == []


@pytest.mark.parametrize("case", BREAKS, ids=NAMES)
def test_focus_finds_what_a_full_check_finds(case: Break) -> None:
    data = edited(case)
    assert violations(data, focus=[expand(case.node)]) == violations(data)


def test_a_blank_node_is_named_in_a_row() -> None:
    data = Graph()
    data.add((BNode("b0"), RDF.type, SIT.Claim))
    assert {row.node for row in violations(data)} == {"_:b0"}


def test_paths_and_values_are_written_as_in_turtle() -> None:
    for case in BREAKS:
        if case.path:
            assert compact(expand(case.path.removeprefix("^"))) == case.path.removeprefix("^")
