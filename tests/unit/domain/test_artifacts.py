"""Files that a program left behind, with names and content of its own choosing."""

import base64
import hashlib
from dataclasses import replace
from typing import Any

import pytest

from codeexec.domain.artifacts import Collected, collect
from codeexec.domain.record import File, Skipped
from codeexec.models.status import MAX_ARTIFACTS, Artifact
from tests.unit.domain.examples import UID, execution

RUN = execution(access={"filesystem": True}, artifacts=["*"])
ONE = (None,)
NAME = f"cx-{UID}-artifacts"


def file(data: bytes, path: str = "out.txt", *, of: int = 0) -> File:
    return File(of, path, len(data), hashlib.sha256(data).hexdigest(), data)


def collected(*files: File, skipped: tuple[Skipped, ...] = (), names: tuple[str | None, ...] = ONE) -> Collected:
    return collect(RUN, names, files, skipped)


def held(artifact: Artifact) -> list[str]:
    """Where its content is: exactly one place."""
    places = ("content", "content_base64", "config_map", "missing")
    return [name for name in places if getattr(artifact, name) is not None]


def test_nothing_is_nothing() -> None:
    assert collected() == Collected()


def test_small_text_is_in_status() -> None:
    found = collected(file("é\n".encode()), file(b"", "empty"))
    assert found.config_map is None
    assert [one.manifest() for one in found.artifacts] == [
        {"path": "out.txt", "bytes": 3, "sha256": hashlib.sha256("é\n".encode()).hexdigest(), "content": "é\n"},
        {"path": "empty", "bytes": 0, "sha256": hashlib.sha256(b"").hexdigest(), "content": ""},
    ]


def test_small_bytes_are_in_status_as_base64() -> None:
    (one,) = collected(file(b"\x89PNG\xff")).artifacts
    assert held(one) == ["content_base64"]
    assert base64.b64decode(one.content_base64 or "") == b"\x89PNG\xff"


@pytest.mark.parametrize(("sizes", "inline"), [((16_384,), True), ((16_385,), False), ((10_000, 6_384), True)])
def test_up_to_16_kib_together_are_in_status_and_more_in_a_config_map(sizes: tuple[int, ...], inline: bool) -> None:  # noqa: FBT001
    files = [file(bytes([65 + number]) * size, f"f{number}") for number, size in enumerate(sizes)]
    found = collected(*files)
    assert (found.config_map is None) == inline
    assert {tuple(held(one)) for one in found.artifacts} == {("content",) if inline else ("config_map",)}


def test_a_config_map_has_every_file_and_goes_with_its_execution() -> None:
    files = [file(b"a" * 20_000, "../odd name\n"), file(b"\xff", "b")]
    found = collected(*files)
    assert found.config_map
    meta = found.config_map["metadata"]
    assert (meta["name"], meta["namespace"], found.config_map["immutable"]) == (NAME, "lab", True)
    assert [owner["uid"] for owner in meta["ownerReferences"]] == [UID]
    for artifact, one in zip(found.artifacts, files, strict=True):
        assert artifact.config_map
        assert artifact.config_map.name == NAME
        assert base64.b64decode(found.config_map["binaryData"][artifact.config_map.key]) == one.data
    # Keys are ours: whatever a program calls its files, the API server takes them.
    assert all(key.isdecimal() for key in found.config_map["binaryData"])


@pytest.mark.parametrize(
    "changes", [{"size": 5}, {"size": 3}, {"sha256": "0" * 64}, {"data": b"else"}, {"data": b""}], ids=str
)
def test_what_does_not_match_its_digest_is_missing(changes: dict[str, Any]) -> None:
    (one,) = collected(replace(file(b"data"), **changes)).artifacts
    assert held(one) == ["missing"]
    assert one.missing == "its content did not arrive whole"


def test_a_large_file_that_did_not_arrive_moves_no_other_out_of_status() -> None:
    found = collected(file(b"small"), replace(file(b"", "large"), size=500_000))
    assert [held(one) for one in found.artifacts] == [["content"], ["missing"]]
    assert found.config_map is None


@pytest.mark.parametrize(
    ("why", "words"),
    [("too-many", "20 files"), ("too-large", "too large"), ("not-regular", "plain file"), ("unreadable", "read")],
)
def test_what_was_skipped_is_told_with_the_reason(why: Any, words: str) -> None:
    (one,) = collected(skipped=(Skipped(of=0, path="link", why=why),)).artifacts
    assert (one.path, held(one), one.bytes) == ("link", ["missing"], None)
    assert words in (one.missing or "")


def test_files_of_a_batch_say_whose_they_are() -> None:
    names = ("first", "second")
    late = Skipped(of=1, path="z", why="too-many")
    found = collected(file(b"1", of=0), file(b"2", of=1), skipped=(late,), names=names)
    assert [(one.item, one.path, one.content) for one in found.artifacts] == [
        ("first", "out.txt", "1"),
        ("second", "out.txt", "2"),
        ("second", "z", None),
    ]


def test_files_of_runs_that_were_never_asked_for_are_dropped() -> None:
    stray = Skipped(of=7, path="x", why="too-many")
    assert collected(file(b"1", of=1), skipped=(stray,)).artifacts == ()


def test_files_that_were_not_asked_for_are_dropped() -> None:
    assert collect(execution(), ONE, (file(b"1"),), ()) == Collected()


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("a b/é.txt", "a b/é.txt"),
        ("a\x1b[31m", "a\N{REPLACEMENT CHARACTER}[31m"),
        ("a\nb", "a\N{REPLACEMENT CHARACTER}b"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe", "\N{REPLACEMENT CHARACTER}gpj.exe"),
        ("<" * 1024, "<" * 167 + "..."),
    ],
)
def test_a_hostile_name_is_fit_for_a_terminal_and_for_the_store(path: str, shown: str) -> None:
    (one,) = collected(file(b"1", path)).artifacts
    assert one.path == shown


def test_never_more_than_status_takes() -> None:
    files = tuple(file(b"x" * 500, f"f{number}") for number in range(100))
    skipped = tuple(Skipped(of=0, path=f"s{number}", why="too-many") for number in range(100))
    found = collect(RUN, ONE, files, skipped)
    assert len(found.artifacts) == 2 * MAX_ARTIFACTS
    assert all(len(held(one)) == 1 for one in found.artifacts)
    assert found.config_map
    assert len(found.config_map["binaryData"]) == MAX_ARTIFACTS


def test_a_config_map_that_is_not_taken_leaves_the_verdict_and_says_so() -> None:
    found = collected(file(b"a" * 20_000), replace(file(b"", "broken"), size=9)).without_config_map("quota")
    assert found.config_map is None
    assert [(held(one), one.missing) for one in found.artifacts] == [
        (["missing"], "quota"),
        (["missing"], "its content did not arrive whole"),
    ]
