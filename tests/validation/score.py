"""How many programs of the corpus are judged rightly: `python -m tests.validation.score [--held-out] [LANGUAGE...]`.

Prints numbers of held-out files only, never their names: a name says what to write a rule for.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from codeexec.models.policy import LanguageValidation, Profile, Validation
from codeexec.models.spec import Language
from codeexec.validation.check import Checked, Source, check
from codeexec.validation.policy import Compiled, compiled

CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True, slots=True)
class Program:
    language: Language
    file: str
    """In the language's folder."""
    kind: str
    """evil, benign or plain."""
    decidable: bool = True
    profiles: tuple[Profile, ...] = ()
    """That must reject it."""

    @property
    def held_out(self) -> bool:
        return "held-out/" in self.file

    def checked(self, profile: Profile) -> Checked:
        path = CORPUS / self.language / self.file
        return check(_policy(self.language, profile), [Source(path.name, path.read_bytes())])

    def missed(self) -> tuple[Profile, ...]:
        """Profiles that should reject it and do not."""
        return tuple(profile for profile in self.profiles if self.checked(profile).reason is None)

    def refused(self) -> tuple[str, ...]:
        """Rules by which `standard` rejects it, with the line."""
        answer = self.checked("standard")
        return tuple(f"{each.rule}:{each.line}" for each in answer.findings) if answer.reason else ()


@cache
def _policy(language: Language, profile: Profile) -> Compiled:
    return compiled(language, Validation(), LanguageValidation(profile=profile))


@cache
def programs(language: Language) -> tuple[Program, ...]:
    folder = CORPUS / language
    entries = yaml.safe_load((folder / "index.yaml").read_text(encoding="utf-8"))
    indexed = [
        Program(language, each["file"], each["kind"], each.get("decidable", True), tuple(each.get("profiles", ())))
        for each in entries
    ]
    plain = (Program(language, str(file.relative_to(folder)), "plain") for file in sorted(folder.glob("plain/*")))
    return (*indexed, *plain)


@dataclass(frozen=True, slots=True)
class Score:
    """(judged rightly, of how many)"""

    evil: tuple[int, int]
    undecidable: tuple[int, int]
    """What is found of them is found by luck."""
    harmless: tuple[int, int]

    def __add__(self, other: "Score") -> "Score":
        return Score(
            _sum(self.evil, other.evil), _sum(self.undecidable, other.undecidable), _sum(self.harmless, other.harmless)
        )


def _sum(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    return a[0] + b[0], a[1] + b[1]


def score(some: Sequence[Program]) -> Score:
    evil = [not each.missed() for each in some if each.kind == "evil" and each.decidable]
    luck = [not each.missed() for each in some if each.kind == "evil" and not each.decidable]
    good = [not each.refused() for each in some if each.kind != "evil"]
    return Score((sum(evil), len(evil)), (sum(luck), len(luck)), (sum(good), len(good)))


def _mistakes(some: Sequence[Program]) -> Iterator[str]:
    for each in some:
        if each.kind == "evil":
            if missed := each.missed():
                gap = "" if each.decidable else " (undecidable)"
                yield f"{each.language}/{each.file}: passes {' and '.join(missed)}{gap}"
        elif refused := each.refused():
            yield f"{each.language}/{each.file}: rejected by {' '.join(refused)}"


def table(languages: Sequence[Language], *, held_out: bool) -> Iterator[str]:
    side = "held out" if held_out else "own"
    yield f"{side:<12}{'evil found':>12}{'undecidable':>14}{'harmless passed':>18}"
    total = Score((0, 0), (0, 0), (0, 0))
    for language in languages:
        one = score([each for each in programs(language) if each.held_out is held_out])
        total += one
        yield _row(language, one)
    yield _row("all", total)


def _row(name: str, one: Score) -> str:
    shown = [f"{right}/{of}" for right, of in (one.evil, one.undecidable, one.harmless)]
    return f"{name:<12}{shown[0]:>12}{shown[1]:>14}{shown[2]:>18}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("languages", nargs="*", metavar="LANGUAGE")
    arguments.add_argument("--held-out", action="store_true", help="numbers of the held-out files")
    given = arguments.parse_args()
    languages = [Language(each) for each in given.languages] or list(Language)
    if not given.held_out:
        for language in languages:
            print(*_mistakes([each for each in programs(language) if not each.held_out]), sep="\n")
    print(*table(languages, held_out=given.held_out), sep="\n")


if __name__ == "__main__":
    main()
