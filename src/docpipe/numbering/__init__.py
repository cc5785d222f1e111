"""The grammar of numerals and labels that readers, survey, clean and outline share."""

from docpipe.numbering.labels import Label, bare_number, parse_label
from docpipe.numbering.numerals import parse_numeral

__all__ = ["Label", "bare_number", "parse_label", "parse_numeral"]
