"""How a program of each language is compiled and started inside its sandbox. Flags that belong to an image are in its
argument files (`images/*/`); what depends on the run is here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from codeexec.models.spec import Language

BUILD = ".build"
"""Where a compiler writes, in the program's folder; no file of a program may be there."""
_ARGS = "@/usr/local/lib/codeexec"
_BINARY = f"{BUILD}/main"

# What any program may read: its own folder and what the image's libraries are loaded from.
_READ = ("/usr", "/etc/ld.so.cache", "/etc/localtime", ".")
# Node and the JVM size themselves by these; the JVM would otherwise take the node's memory for its own.
_READ_MACHINE = ("/proc", "/sys/fs/cgroup")
_SCRIPT_TASKS, _JVM_TASKS = 256, 512

Compile = Callable[[str, Sequence[str]], list[str]]
"""(entrypoint, all source files) -> argv."""
Start = Callable[[str, int], list[str]]
"""(entrypoint, memory limit in bytes) -> argv without the program's own arguments."""


@dataclass(frozen=True, slots=True)
class Toolchain:
    image: str
    """Folder of its image under images/."""
    main: str
    """The file that `spec.code` becomes, and the entrypoint where none is named."""
    suffixes: tuple[str, ...]
    """Of source files."""
    start: Start
    compile: Compile | None = None
    any_entry: bool = False
    """Without an entrypoint and a main file the first source file will do: the compiler takes all of them anyway."""
    read: tuple[str, ...] = _READ
    tasks: int = _SCRIPT_TASKS
    """RLIMIT_NPROC: a backstop against fork bombs that counts threads; far above what thread pools need."""
    env: dict[str, str] = field(default_factory=dict)
    heap_exhausted: tuple[bytes, ...] = ()
    """What a runtime with a heap limit of its own writes to stderr when it has reached that."""


def heap_bytes(memory: int) -> int:
    """What a runtime may use for its heap: the rest is its own code, its threads' stacks and the runner."""
    return max(min(memory * 3 // 4, memory - (64 << 20)), 16 << 20)


def _mib(size: int) -> int:
    return size >> 20


def _node(*flags: str) -> Callable[[int], list[str]]:
    return lambda memory: ["/usr/bin/node", f"--max-old-space-size={_mib(heap_bytes(memory))}", *flags]


def _binary(_entry: str, _memory: int) -> list[str]:
    return [_BINARY]


def _esbuild(entry: str, _sources: Sequence[str]) -> list[str]:
    return ["/usr/local/bin/esbuild", entry, *_ESBUILD]


# The bundle is an ES module, so that top-level await works. Programs written for CommonJS find `require` and the like
# in the image's typescript.mjs, and all of them name the program's own folder, not that of the bundle.
_ESBUILD = (
    "--bundle",
    "--platform=node",
    "--target=node20",
    "--format=esm",
    "--inject:/usr/local/lib/codeexec/typescript.mjs",
    "--define:import.meta.url=meta_url",
    "--define:import.meta.dirname=meta_dirname",
    "--define:import.meta.filename=meta_filename",
    "--sourcemap=inline",
    "--sources-content=false",
    f"--outfile={BUILD}/main.mjs",
    "--log-level=warning",
    "--color=false",
)

_V8_HEAP = (b"JavaScript heap out of memory",)
_JVM_HEAP = (
    b"java.lang.OutOfMemoryError: Java heap space",
    b"java.lang.OutOfMemoryError: GC overhead limit exceeded",
    b"java.lang.OutOfMemoryError: Metaspace",
)

TOOLCHAINS: dict[Language, Toolchain] = {
    Language.PYTHON: Toolchain(
        image="python",
        main="main.py",
        suffixes=(".py",),
        # -u: what was printed before a kill is not lost in a buffer. -B: the workspace dies with the run.
        start=lambda entry, _memory: ["/usr/bin/python3", "-u", "-B", entry],
    ),
    Language.JAVASCRIPT: Toolchain(
        image="node",
        main="main.js",
        suffixes=(".js", ".mjs", ".cjs"),
        start=lambda entry, memory: [*_node()(memory), entry],
        read=(*_READ, "/etc/ssl", *_READ_MACHINE),
        heap_exhausted=_V8_HEAP,
    ),
    Language.TYPESCRIPT: Toolchain(
        image="node",
        main="main.ts",
        suffixes=(".ts", ".mts", ".cts", ".tsx"),
        start=lambda _entry, memory: [*_node("--enable-source-maps")(memory), f"{BUILD}/main.mjs"],
        compile=_esbuild,
        read=(*_READ, "/etc/ssl", *_READ_MACHINE),
        heap_exhausted=_V8_HEAP,
    ),
    Language.GO: Toolchain(
        image="go",
        main="main.go",
        suffixes=(".go",),
        start=_binary,
        compile=lambda entry, _sources: ["/usr/local/bin/go-compile", "-o", _BINARY, entry],
        any_entry=True,
        read=(*_READ, *_READ_MACHINE, "/sys/kernel/mm/transparent_hugepage"),
        heap_exhausted=(b"fatal error: runtime: out of memory", b"runtime: cannot allocate memory"),
    ),
    Language.RUST: Toolchain(
        image="rust",
        main="main.rs",
        suffixes=(".rs",),
        start=_binary,
        compile=lambda entry, _sources: ["/usr/bin/rustc", f"{_ARGS}/rust.args", "-o", _BINARY, entry],
        # /proc also at run time: where the stack ends is read from there, else an overflow is a mute SIGSEGV.
        read=(*_READ, *_READ_MACHINE),
        env={"RUST_BACKTRACE": "1"},
    ),
    Language.JAVA: Toolchain(
        image="java",
        main="Main.java",
        suffixes=(".java",),
        start=lambda _entry, memory: [
            "/usr/bin/java",
            f"{_ARGS}/run.args",
            f"-Xmx{_mib(heap_bytes(memory))}m",
            "-jar",
            f"{BUILD}/main.jar",
        ],
        compile=lambda entry, sources: ["/usr/bin/java", f"{_ARGS}/compile.args", entry, *sources],
        any_entry=True,
        read=(*_READ, "/etc", *_READ_MACHINE),
        tasks=_JVM_TASKS,
        heap_exhausted=_JVM_HEAP,
    ),
    Language.CPP: Toolchain(
        image="gcc",
        main="main.cpp",
        suffixes=(".cpp", ".cc", ".cxx"),
        start=_binary,
        compile=lambda _entry, sources: ["/usr/bin/g++", f"{_ARGS}/c++.args", "-o", _BINARY, *sources],
        any_entry=True,
    ),
    Language.C: Toolchain(
        image="gcc",
        main="main.c",
        suffixes=(".c",),
        start=_binary,
        compile=lambda _entry, sources: ["/usr/bin/gcc", f"{_ARGS}/c.args", "-o", _BINARY, *sources, "-lm"],
        any_entry=True,
    ),
}

IMAGES = tuple(dict.fromkeys(toolchain.image for toolchain in TOOLCHAINS.values()))
"""Every image that runs code, once."""
