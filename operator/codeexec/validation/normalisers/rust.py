"""Rust compares identifiers in NFC; one character outside ASCII is a letter of ASCII there, the sign for kelvin."""

from codeexec.validation.normalisers.identifiers import identifiers
from codeexec.validation.normalisers.passes import Passed


def ascii_identifiers(text: bytes) -> Passed:
    return identifiers(text, "NFC")
