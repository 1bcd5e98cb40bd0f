"""The runner's side of a job, written down again from docs/runner-protocol.md: what it would refuse, and why.

Nothing of the operator's own is used here, so that a job is held against the contract and not against itself.
"""

import binascii
import posixpath
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson

JOB_BYTES = 8 << 20
ARGUMENT_BYTES = 131_071
"""The kernel's: of one argument, and of one variable with its name."""
EXEC_BYTES = 2 << 20
LIMITS = {
    "wallMs": (1, 86_400_000),
    "cpuMs": (1, 86_400_000),
    "memoryBytes": (0, 1 << 50),
    "processes": (1, 65_536),
    "tasks": (1, 65_536),
    "outputBytes": (0, 16 << 20),
    "maxOutputBytes": (1, 1 << 50),
    "diskBytes": (1, 1 << 50),
}
CONFINE = {"read", "write", "execute", "commands", "network"}


class BadJobError(Exception):
    """The message of `bad-job`."""


def take(line: bytes) -> dict[str, Any]:
    """The job, or BadJobError."""
    if len(line) > JOB_BYTES:
        raise BadJobError(f"the line has {len(line)} bytes")
    try:
        job = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadJobError("the line is not a job") from error
    need(isinstance(job, dict), "the line is not an object")
    fields(job, "job", {"v", "id", "programs", "runs", "confine", "gate"}, {"artifacts", "require"})
    need(job["v"] == 2, "v")
    need(1 <= len(job["id"].encode()) <= 256 and job["id"].isprintable(), "id")
    need(job["gate"] in ("join", "first", "off"), "gate")
    need(set(job.get("require", ())) <= {"seccomp", "landlock"}, "require")
    confine(job["confine"], "confine")
    programs(job["programs"])
    need(1 <= len(job["runs"]) <= 100, f"{len(job['runs'])} runs")
    for number, run in enumerate(job["runs"]):
        fields(run, f"runs[{number}]", {"program", "argv", "limits"}, {"stdin", "env", "digest"})
        need(0 <= run["program"] < len(job["programs"]), f"runs[{number}].program")
        need(isinstance(run.get("stdin", ""), str) and isinstance(run.get("digest", False), bool), f"runs[{number}]")
        step(run, f"runs[{number}]")
    if "artifacts" in job:
        artifacts(job["artifacts"])
    return job


def programs(found: list[dict[str, Any]]) -> None:
    need(1 <= len(found) <= 100, f"{len(found)} programs")
    need(sum(len(program["files"]) for program in found) <= 200, "more than 200 files")
    folders = [program["dir"] for program in found]
    need(len(found) == 1 or "." not in folders, "a folder that has the others in it")
    need(Counter(folders).most_common(1)[0][1] == 1, "a folder twice")
    need(not any(other.startswith(f"{folder}/") for folder in folders for other in folders), "a folder in another")
    for program in found:
        fields(program, "program", {"dir", "files"}, {"compile"})
        need(program["dir"] == "." or not unsafe(program["dir"]), "dir")
        places = [place for file in program["files"] for place in laid(file)]
        as_files = Counter(place for place, is_file in places if is_file)
        as_folders = {place for place, is_file in places if not is_file}
        need(all(count == 1 for count in as_files.values()), "a file twice")
        need(not as_files.keys() & as_folders, "a file that is a folder")
        if "compile" in program:
            fields(program["compile"], "compile", {"argv", "limits", "confine"}, {"env"})
            step(program["compile"], "compile")
            confine(program["compile"]["confine"], "compile.confine")


def laid(file: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Every place that this file takes up, and whether as a file."""
    fields(file, "file", {"path"}, {"content", "base64"})
    path = file["path"]
    need(not (why := unsafe(path)), f"{path!r} {why}")
    need(path.split("/")[0] != ".build", f"{path!r} is in .build")
    need(("content" in file) != ("base64" in file), f"{path!r} needs content or base64")
    if "base64" in file:
        bytes_of(file["base64"])
    yield path, True
    for end, character in enumerate(path):
        if character == "/":
            yield path[:end], False


def bytes_of(text: str) -> bytes:
    """As Go decodes it: standard alphabet, padding required, line ends passed over."""
    packed = text.replace("\r", "").replace("\n", "")
    need(len(packed) % 4 == 0, "base64 that is not padded")
    try:
        return binascii.a2b_base64(packed, strict_mode=True)
    except (binascii.Error, ValueError) as error:
        raise BadJobError(f"base64: {error}") from error


def artifacts(asked: dict[str, Any]) -> None:
    fields(asked, "artifacts", {"globs", "maxFiles", "maxBytes"}, set())
    need(len(asked["globs"]) <= 64, "globs")
    need(1 <= asked["maxFiles"] <= 100 and 0 <= asked["maxBytes"] <= 16 << 20, "artifacts")
    for glob in asked["globs"]:
        need(not (why := unsafe(glob)), f"glob {glob!r} {why}")


def step(one: dict[str, Any], at: str) -> None:
    argv, env = one["argv"], one.get("env", {})
    need(bool(argv) and "/" in argv[0], f"{at}.argv[0]")
    need(not any("\0" in text for text in (*argv, *env, *env.values())), f"{at} has a NUL")
    need(all(name and "=" not in name for name in env), f"{at}.env")
    sizes = [len(text.encode()) + 1 for text in argv]
    sizes += [len(f"{name}={value}".encode()) + 1 for name, value in env.items()]
    need(max(sizes) <= ARGUMENT_BYTES and sum(sizes) <= EXEC_BYTES, f"{at} is more than the kernel takes")
    fields(one["limits"], f"{at}.limits", set(LIMITS), set())
    for name, (least, most) in LIMITS.items():
        value = one["limits"][name]
        need(isinstance(value, int) and least <= value <= most, f"{at}.limits.{name} is {value}")


def confine(rules: dict[str, Any], at: str) -> None:
    fields(rules, at, CONFINE, set())
    for name in ("read", "write", "execute"):
        need(all(path and "\0" not in path for path in rules[name]), f"{at}.{name}")


def unsafe(path: str) -> str:
    if not path or len(path.encode()) > 1024 or any(len(part.encode()) > 255 for part in path.split("/")):
        return "is empty or too long"
    if "\0" in path or path.startswith("/") or ".." in path.split("/"):
        return "leads elsewhere"
    return "" if posixpath.normpath(path) == path != "." else "is not in its plain form"


def fields(found: dict[str, Any], at: str, required: set[str], optional: set[str]) -> None:
    need(required <= set(found) <= required | optional, f"{at} has {sorted(found)}")


def need(holds: bool, what: str) -> None:  # noqa: FBT001 reads as an assertion
    if not holds:
        raise BadJobError(what)
