"""The fact sheet: what is known about a breach, by data set. What nobody answered is absent, which is not "no"."""

from incident.facts.reading import read_sheet
from incident.facts.sheet import Change, DataSet, FactSheet, Value, difference, sheet_document, unknown_sheet
from incident.facts.vocabulary import FIELDS, ROLES

__all__ = [
    "FIELDS",
    "ROLES",
    "Change",
    "DataSet",
    "FactSheet",
    "Value",
    "difference",
    "read_sheet",
    "sheet_document",
    "unknown_sheet",
]
