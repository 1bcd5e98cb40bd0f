"""The closed list of constructs: each one that docs/validation.md explains is found where it says."""

import re
from pathlib import Path

import pytest

from codeexec.validation.facts import CONSTRUCTS
from codeexec.validation.read import read

PAGE = Path(__file__).parents[3] / "docs" / "validation.md"

EXAMPLES = [
    ("unsafe", "rust", "fn main() { unsafe { } }"),
    ("inline-asm", "c", 'int main(void) { __asm__("nop"); }'),
    ("inline-asm", "cpp", 'int main() { asm("nop"); }'),
    ("inline-asm", "rust", 'fn main() { core::arch::asm!("nop"); }'),
    ("ffi", "rust", 'extern "C" { fn getpid() -> i32; }'),
    ("ffi", "cpp", 'extern "C" int f();'),
    ("native-method", "java", "class A { native void f(); }"),
    ("native-method", "javascript", "require('./a.node')"),
    ("cgo", "go", 'package main\n\n// int f();\nimport "C"\n'),
    ("compiler-directive", "go", "package main\n\n//go:linkname f runtime.f\nfunc f()\n"),
    ("compiler-directive", "c", 'int x; _Pragma("redefine_extname a b")'),
    ("compiler-directive", "rust", "#![feature(asm)]\nfn main() {}"),
    ("dynamic-import", "python", "import importlib\nimportlib.import_module(x)\n"),
    ("dynamic-import", "javascript", "import(name)"),
    ("dynamic-code", "python", 'eval("1")'),
    ("dynamic-code", "javascript", 'new Function("return 1")'),
    ("computed-member", "python", "import builtins\ngetattr(builtins, x)\n"),
    ("computed-member", "javascript", "globalThis[name]"),
    ("token-paste", "c", "#define P(a, b) a##b\nint x = P(1, 2);\n"),
    ("computed-include", "c", "#define H <stdio.h>\n#include H\n"),
    ("computed-include", "rust", '#[path = "/etc/passwd"] mod a;'),
    ("computed-include", "rust", 'fn main() { include!(concat!("a", ".rs")); }'),
    ("function-pointer-cast", "c", "int main(void) { ((void (*)(void))1)(); }"),
    ("function-pointer-cast", "cpp", "int main() { reinterpret_cast<void (*)()>(1)(); }"),
    ("function-pointer-cast", "rust", "union A { a: usize, b: fn() }"),
    ("source-encoding", "python", "# coding: utf-7\n"),
    ("source-encoding", "c", b"// caf\xe9\n"),
    ("bidi-control", "go", "package main // \u202e\n"),
    ("lone-cr", "java", "// a\rclass A {}"),
    ("nul", "c", "int x;\0"),
    ("trigraph", "c", "??=define A\n"),
    ("reflection", "java", "class A { Object f() throws Exception { return Class.forName(x); } }"),
    ("code-section", "c", "const char main[] = {1};"),
    ("code-section", "c", "__attribute__((constructor)) void f(void) {}"),
    ("code-section", "rust", '#[link_section = ".init_array"] static A: u8 = 1;'),
    ("bodyless-function", "go", "package main\n\nfunc f()\n"),
    ("too-complex", "python", "import a\n" * 3_000),
]


@pytest.mark.parametrize(("construct", "language", "code"), EXAMPLES)
def test_a_construct_is_found(construct: str, language: str, code: str | bytes) -> None:
    facts = read(language, "main", code if isinstance(code, bytes) else code.encode())
    assert construct in {found.kind for found in facts.constructs}


def test_every_construct_is_told_and_shown() -> None:
    (table,) = re.findall(r"\n\| construct \|.*?\n\n", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert set(re.findall(r"\n\| `([a-z-]+)` \|", table)) == CONSTRUCTS
    assert {construct for construct, _, _ in EXAMPLES} == CONSTRUCTS
