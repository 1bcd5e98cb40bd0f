"""Whatever a program prints, the status is valid, fits into the store, and says what was cut."""

import base64
import json

from tests.harness.namespaces import Namespace
from tests.harness.runs import Run, policy

OBJECT_LIMIT = 1_572_864
"""etcd's own: 1.5 MiB a request."""
CODE_LIMIT = 102_400


async def stored_bytes(namespace: Namespace, run: Run) -> int:
    path = f"/apis/codeexec.dev/v1alpha1/namespaces/{namespace.name}/codeexecutions/{run.name}"
    return len((await namespace.kubectl.read("get", "--raw", path)).encode())


async def test_source_of_100_kb_of_emoji(namespace: Namespace) -> None:
    frame = "print(len('{}'))"
    emoji = "🦀" * ((CODE_LIMIT - len(frame)) // 4)
    run = await namespace.run(frame.format(emoji))
    assert (run.reason, run.output) == ("Completed", f"{len(emoji)}\n"), run
    assert run.spec["code"] == frame.format(emoji)
    assert await stored_bytes(namespace, run) < OBJECT_LIMIT


async def test_nul_and_invalid_utf_8(namespace: Namespace) -> None:
    run = await namespace.run("""
        import sys
        sys.stdout.buffer.write(b"a\\x00b\\xff\\xfe\\xc3(c\\xed\\xa0\\x80d\\x1b[31m\\xf0\\x9f")
        sys.stdout.flush()
        sys.stderr.buffer.write(bytes(range(256)))
    """)
    assert run.reason == "Completed", run
    assert run.output == b"a\x00b\xff\xfe\xc3(c\xed\xa0\x80d\x1b[31m\xf0\x9f".decode(errors="replace")
    assert run.stderr == bytes(range(256)).decode(errors="replace")
    assert run.status["metrics"]["outputBytes"] == 19 + 256
    assert "truncated" not in run.status


async def test_one_line_of_5_mb(namespace: Namespace) -> None:
    run = await namespace.run("print('x' * 5_000_000, end='')")
    assert run.reason == "Completed", run
    assert run.status["truncated"]["stdoutBytes"] == 5_000_000 - 65_536
    assert run.output.startswith("x" * 32_768 + "\n[... 4,934,464 bytes left out ...]\n")
    assert await stored_bytes(namespace, run) < OBJECT_LIMIT


async def test_150_tracebacks_of_100_kb(namespace: Namespace) -> None:
    run = await namespace.run("""
        import sys, traceback
        for number in range(150):
            try:
                raise ValueError(f"{number} " + "long " * 20_000)
            except ValueError:
                traceback.print_exc()
        sys.exit(1)
    """)
    assert (run.reason, run.exit_code) == ("NonZeroExit", 1), run
    truncated = run.status["truncated"]
    assert (truncated["stdout"], truncated["stderr"]) == (False, True)
    total = run.status["metrics"]["outputBytes"]
    assert 150 * 100_000 < total < 16 << 20
    assert truncated["stderrBytes"] == total - 65_536
    assert run.stderr.startswith("Traceback (most recent call last)"), "the first one's head"
    assert run.stderr.endswith("long \n"), "the last one's tail"


async def test_a_cut_leaves_no_half_characters(namespace: Namespace) -> None:
    run = await namespace.run("print('é€🦀' * 100_000, end='')")
    assert run.reason == "Completed", run
    assert "\N{REPLACEMENT CHARACTER}" not in run.output
    shown = run.output.replace(run.output[run.output.index("\n[") : run.output.index("]\n") + 2], "")
    assert len(shown.encode()) + run.status["truncated"]["stdoutBytes"] == 900_000


async def test_the_worst_that_fits(own_namespace: Namespace) -> None:
    """Code and output in which every byte takes six in the store, with the largest output that a policy can allow."""
    await own_namespace.apply(policy(outputBytes=131_072, maxOutputBytes=32 << 20))
    head = "import sys\nfor s in (sys.stdout, sys.stderr):\n    s.write('<' * 5_000_000 + chr(0) * 5_000_000)\n#"
    await own_namespace.apply(_execution(head + "<" * (CODE_LIMIT - len(head))), server_side=True)
    run = await own_namespace.finished("worst")
    assert run.reason == "Completed", run
    assert await stored_bytes(own_namespace, run) < OBJECT_LIMIT
    truncated = run.status["truncated"]
    assert (truncated["stdout"], truncated["stderr"]) == (True, True)
    for stream, text in (("stdoutBytes", run.output), ("stderrBytes", run.stderr)):
        assert f"\n[... {truncated[stream]:,} bytes left out ...]\n" in text
        assert truncated[stream] + sum(text.count(char) for char in "<\0") == 10_000_000
        assert (text[0], text[-1]) == ("<", "\0")


def _execution(code: str) -> dict[str, object]:
    return {
        "apiVersion": "codeexec.dev/v1alpha1",
        "kind": "CodeExecution",
        "metadata": {"name": "worst"},
        "spec": {"language": "python", "code": code},
    }


async def test_output_without_a_reader_in_time_is_whole(namespace: Namespace) -> None:
    """More than pipes and streams hold, all of it within the limit: nothing is cut, order is kept in each stream."""
    run = await namespace.run("""
        import sys
        for number in range(3000):
            print(f"{number:07d}")
            print(f"{number:07d}", file=sys.stderr)
    """)
    lines = "".join(f"{number:07d}\n" for number in range(3000))
    assert (run.output, run.stderr) == (lines, lines)
    assert "truncated" not in run.status


async def test_args_env_and_stdin_reach_the_program(namespace: Namespace) -> None:
    text = "first line\nzweite Zeile: äöü 🦀\n\ttab $(date) `id` $HOME %PATH%"
    run = await namespace.run(
        """
        import base64, json, os, sys
        seen = {"args": sys.argv[1:], "env": dict(os.environ), "stdin": sys.stdin.read()}
        print(base64.b64encode(json.dumps(seen).encode()).decode())
        """,
        args=["one", "two words", "", "$HOME", "; exit 1", "ünï"],
        env=[{"name": "GREETING", "value": "hello $HOME"}, {"name": "EMPTY"}],
        stdin=text,
    )
    assert run.reason == "Completed", run
    seen = json.loads(base64.b64decode(run.output))
    assert seen["args"] == ["one", "two words", "", "$HOME", "; exit 1", "ünï"]
    assert seen["stdin"] == text
    assert (seen["env"]["GREETING"], seen["env"]["EMPTY"]) == ("hello $HOME", "")
    assert set(seen["env"]) == {"GREETING", "EMPTY", "PATH", "HOME", "LANG"}
