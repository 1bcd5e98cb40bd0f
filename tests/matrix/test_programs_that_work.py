"""What programs may rightly expect works in the sandbox: threads and tasks of every kind, recursion, a small heap, a
server on the loopback, much input, their own source, the environment, data beside them."""

import base64
import json

from tests.harness.runs import Run
from tests.matrix.cases import LANGUAGES, Case, of, source

LINES = {
    "python": """\
threads 328350
many threads fifty at once
asyncio 4950
forked child True
subinterpreter from within
recursion 50000
database 42
digest 2d711642
source import _interpreters
""",
    "javascript": """\
worker threads 1 4 9
promises 1 2 3
recursion 5000
crypto 16 2d711642
webassembly 0
locale 1.234,5
source // its first line
""",
    "typescript": """\
enum Loud 1
generics 1 2
types as values true
worker threads 1 4 9
async iterator 0 1 2
recursion 5000
source // its first line
""",
    "go": """\
goroutines 499500
timers in time
recursion 1000000
digest 2d711642
json ["a","b","c"]
source // its first line
""",
    "rust": """\
threads 1225
channel sent
recursion 500000
caught true
map 2
source // its first line
""",
    "java": """\
threads 50
virtual threads 499500
future 42
parallel stream 499500
recursion 50000
pattern 6
digest 2d711642
heap below 128 MiB true
source // its first line
""",
    "cpp": """\
threads 1225
future 42
recursion 500000
exception caught
ranges 1 3
source // its first line
""",
    "c": """\
threads 1225
forked child 42
recursion 500000
mathematics 1.414
source // its first line
""",
}
SMALL = {"java": {"limits": {"memory": "192Mi"}}}
WORKS = [
    Case(f"{language}-works", language, {"code": source(language, "works"), **SMALL.get(language, {})})
    for language in LANGUAGES
]


@of(*WORKS)
async def test_threads_tasks_recursion_and_its_own_source(case: Case, run: Run) -> None:
    assert (run.reason, run.output) == ("Completed", LINES[case.language]), run


@of(
    *[
        Case(f"{language}-loopback", language, {"code": source(language, "loopback"), "access": {"network": True}})
        for language in LANGUAGES
    ]
)
async def test_a_server_on_the_loopback_with_the_right_to_it(run: Run) -> None:
    assert (run.reason, run.output, run.stderr) == ("Completed", "served /page\n", ""), run
    assert run.status["isolation"]["network"] == "Granted"


@of(*[Case(f"{language}-no-loopback", language, {"code": source(language, "loopback")}) for language in LANGUAGES])
async def test_none_without(run: Run) -> None:
    assert run.reason in ("NonZeroExit", "Signalled"), run
    assert run.output == ""
    assert run.status["isolation"]["network"] == "Denied"


def _much(language: str) -> Case:
    """The largest input that the API takes, 1 MiB."""
    lines = "".join(f"{number:07d} and so on, ünï\n" for number in range(1 << 16))
    data = lines.encode()[: 1 << 20].decode("utf-8", "ignore")
    return Case(f"{language}-much-input", language, {"code": source(language, "sum-of-stdin"), "stdin": data})


@of(*map(_much, LANGUAGES))
async def test_a_million_bytes_of_input(case: Case, run: Run) -> None:
    data = case.spec["stdin"].encode()
    assert len(data) > 1_048_570
    assert (run.reason, run.output) == ("Completed", f"{len(data)} {sum(data)}\n"), run


ENVIRONMENT = """
import json, os, sys
here = sorted(os.path.join(folder, name) for folder, _, names in os.walk(".") for name in names)
print(json.dumps([os.environ["NAME"], sys.argv[1:], open("data.bin", "rb").read().hex(), here, __file__]))
"""
BYTES = bytes(range(256))


@of(
    Case(
        "python-files-of-all-kinds",
        "python",
        {
            "files": [
                {"path": "tool/start.py", "content": ENVIRONMENT},
                {"path": "data.bin", "contentBase64": base64.b64encode(BYTES).decode()},
                {"path": "ünï code.txt", "content": "x"},
                {"path": "empty", "content": ""},
            ],
            "entrypoint": "tool/start.py",
            "args": ["--flag", "@not-a-file"],
            "env": [{"name": "NAME", "value": "va lue"}],
        },
    )
)
async def test_entrypoint_environment_and_bytes(run: Run) -> None:
    assert run.reason == "Completed", run
    name, args, data, here, path = json.loads(run.output)
    assert (name, args, data) == ("va lue", ["--flag", "@not-a-file"], BYTES.hex())
    assert here == ["./data.bin", "./empty", "./tool/start.py", "./ünï code.txt"]
    assert path.endswith("tool/start.py")


JAVA = 'public class OddlyNamed { public static void main(String[] a) { System.out.println("found"); } }\n'


@of(
    Case("java-class-of-any-name", "java", {"code": JAVA}),
    Case("java-file-of-any-name", "java", {"files": [{"path": "src/odd/x.java", "content": "package odd;\n" + JAVA}]}),
    Case(
        "java-entrypoint",
        "java",
        {
            "files": [
                {"path": "Main.java", "content": JAVA.replace("found", "the other").replace("OddlyNamed", "Main")},
                {"path": "Odd.java", "content": JAVA},
            ],
            "entrypoint": "Odd.java",
        },
    ),
)
async def test_java_finds_the_class(run: Run) -> None:
    assert (run.reason, run.output) == ("Completed", "found\n"), run
