"""One file's facts: normalise, parse, walk, blank, scan. A parse may take minutes and gigabytes: call this in a
worker only."""

from functools import lru_cache

from tree_sitter import Tree

from codeexec.validation import deadline
from codeexec.validation.blank import blank
from codeexec.validation.facts import Construct, Facts, Span
from codeexec.validation.grammars import grammar_of
from codeexec.validation.languages.grammar import Grammar
from codeexec.validation.normalise import normalise
from codeexec.validation.problems import problem
from codeexec.validation.scan import references
from codeexec.validation.walk import Walk, steps, walk

CHUNK = 4096
"""Bytes given to the parser at once. It goes back often where it cannot make out a text; each time it asks anew."""

_steps = lru_cache(16)(steps)


def read(language: str, path: str, raw: bytes) -> Facts:
    """`path` decides between dialects (`.tsx`). Raises deadline.Passed, and nothing else for what a file contains."""
    normalised = normalise(language, raw)
    text = normalised.text
    grammar = grammar_of(language, path)
    tree = _parsed(grammar, text)
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


def _parsed(grammar: Grammar, text: bytes) -> Tree:
    """tree-sitter asks whether to stop only where it reads by a callback, and not in all of its phases: the pool's hard
    limit and the worker's limit of memory take care of the rest."""
    parser = grammar.parser
    try:
        return parser.parse(lambda at, _: text[at : at + CHUNK], progress_callback=deadline.passed)
    except ValueError:
        deadline.check()
        raise
    finally:
        parser.reset()  # it would go on with this text at its next parse


def _excess(seen: Walk) -> tuple[Construct, ...]:
    return (Construct("too-complex", Span(0, 0)),) if seen.overflow else ()
