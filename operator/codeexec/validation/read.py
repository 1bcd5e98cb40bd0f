"""One file's facts: normalise, parse, walk, blank, scan. A parse may take minutes and gigabytes: call this in a
worker only."""

from functools import lru_cache

from codeexec.validation.blank import blank
from codeexec.validation.facts import Construct, Facts, Span
from codeexec.validation.languages import grammar_of
from codeexec.validation.normalise import normalise
from codeexec.validation.problems import problem
from codeexec.validation.scan import references
from codeexec.validation.walk import Walk, steps, walk

_steps = lru_cache(16)(steps)


def read(language: str, path: str, raw: bytes) -> Facts:
    """`path` decides between dialects (`.tsx`). Never raises for what a file contains."""
    normalised = normalise(language, raw)
    text = normalised.text
    grammar = grammar_of(language, path)
    tree = grammar.parser.parse(text)
    seen = walk(tree, text, grammar, _steps(grammar))
    blanked = blank(text, seen.blanks)
    found = references(seen, blanked.decode("latin-1"))
    wrong = problem(tree, text)
    notes = [Construct(kind, Span(start, end)) for kind, start, end in normalised.notes]
    return Facts(
        normalised=normalised,
        imports=tuple(dict.fromkeys(seen.imports)),
        references=found,
        constructs=(*notes, *seen.constructs.values(), *_excess(seen)),
        problems=(wrong,) if wrong is not None else (),
        functions=seen.measured(),
        comments=tuple(seen.comments),
        strings=tuple(seen.strings),
        complexity=seen.complexity,
        blanked=blanked,
    )


def _excess(seen: Walk) -> tuple[Construct, ...]:
    return (Construct("too-complex", Span(0, 0)),) if seen.overflow else ()
