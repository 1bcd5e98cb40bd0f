"""Inputs made to stall, swell or crash a parser: what `hostile(language)` yields is deterministic and at most 100 KB each.

Give them to a parser only in a process of its own with limits on memory and time: some cost gigabytes and minutes.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

KB = 1024
LIMIT = 100 * KB
LANGUAGES = ("go", "python", "javascript", "typescript", "rust", "java", "cpp", "c")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a language opens what an attacker leaves open; `%` in a shape is where more of the same goes."""

    comment: str                    # begins a comment of one line
    string: str                     # begins an ordinary string
    head: str                       # stands before the shape: the start of a function, if statements need one
    open_strings: tuple[str, ...]   # begin literals and comments that never end
    nests: tuple[tuple[str, str, str], ...]     # name, what is repeated before the middle, and after it
    runs: tuple[tuple[str, str], ...]           # name, what is repeated


BRACES = Dialect("//", '"', "", ("/*",), (), ())

DIALECTS: dict[str, Dialect] = {
    "python": Dialect("#", '"', "", ('"""', "'''", 'f"{', 'f"""{', "r'", "b'''"), (
        ("lambdas", "lambda:", ""),
        ("f-strings", "f'{", "}'"),
        ("f-string-specifications", 'f"{a:{', '}}"'),
        ("conditionals", "a if b else (", ")"),
        ("comprehensions", "[x for x in ", "]"),
        ("awaits", "await ", ""),
        ("nots", "not ", ""),
    ), (
        ("decorators", "@a\n"), ("semicolons", "a;"), ("backslashes", "\\\n"), ("adjacent-strings", "'a' "),
        ("walruses", "(a:=b)"), ("stars", "*a,"), ("imports", "import a.b.c\n"), ("elifs", "elif a:\n b\n"),
        ("prints", "print >>a, "), ("backquotes", "`"), ("f-string-starts", 'f"{'), ("matches", "match a:\n case b: c\n"),
    )),
    "javascript": Dialect("//", '"', "", ("/*", "`", "`${", "/a[", "<!--"), (
        ("templates", "`${", "}`"),
        ("functions", "function a(){", "}"),
        ("objects", "{a:", "}"),
        ("classes", "(class extends ", "{})"),
        ("optional-chains", "a?.[", "]"),
        ("conditionals", "a?", ":b"),
        ("spreads", "[...", "]"),
        ("news", "new ", ""),
        ("elements", "<a b={", "}/>"),
        ("patterns", "({a:", "}={})"),
        ("typeofs", "typeof ", ""),
    ), (
        ("arrows", "a=>"), ("regexes", "/a/"), ("asyncs", "async "), ("yields", "yield "), ("labels", "a:"), ("commas", "a,"),
        ("html-comments", "<!--"), ("unicode-escapes", "\\u{61}"), ("nullish", "a??"), ("template-starts", "`${"), ("slashes", "/"),
    )),
    "go": Dialect("//", '"', "package main\n\n", ("/*", "`", "'"), (
        ("functions", "func(){", "}()"),
        ("composites", "T{", "}"),
        ("slices", "[]", "int"),
        ("maps", "map[a]", "b"),
        ("channels", "<-chan ", "a"),
        ("type-arguments", "F[", "]"),
        ("blocks", "{", "}"),
        ("structs", "struct{a ", "}"),
        ("pointers", "*", "a"),
        ("interfaces", "interface{a(", ")}"),
        ("ifs", "if a {", "}"),
    ), (
        ("arrows", "<-"), ("imports", 'import "a"\n'), ("selectors", "a."), ("type-asserts", "a.(b)."), ("semicolons", ";"), ("gotos", "goto a;"),
        ("functions", "func "), ("directives", "//go:linkname a b\n"), ("cases", "case a: "), ("generic-starts", "a[b "), ("rune-quotes", "'"),
    )),
    "rust": Dialect("//", '"', "", ("/*", 'r#"', 'r####"', "b'", 'b"', "'"), (
        ("block-comments", "/*", "*/"),
        ("macros", "a!{", "}"),
        ("macro-parentheses", "a!(", ")"),
        ("types", "A<", ">"),
        ("blocks", "unsafe {", "}"),
        ("closures", "|a| ", "b"),
        ("references", "&mut ", "a"),
        ("use-trees", "a::{", "}"),
        ("matches", "match a {_=>", "}"),
        ("modules", "mod a{", "}"),
        ("macro-rules", "macro_rules! a{($a:tt)=>{", "}}"),
        ("if-lets", "if let a = ", "{}"),
        ("repetitions", "$(", ")*"),
    ), (
        ("lifetimes", "'a "), ("generics", "A::<"), ("hashes", "r#"), ("attributes", "#[a]\n"), ("questions", "a?"), ("ranges", "a.."),
        ("pipes", "|"), ("turbofish", "a::<b>::"), ("qualified", "<a as "), ("raw-starts", 'r#"'), ("bounds", "a: 'b + "),
    )),
    "java": Dialect("//", '"', "class A { void f() {\n", ("/*", '"""', "'"), (
        ("generics", "A<", ">"),
        ("lambdas", "()->{", "}"),
        ("anonymous", "new A(){{", "}}"),
        ("casts", "(a)", "b"),
        ("annotations", "@A(", ")"),
        ("arrays", "{", "}"),
        ("classes", "class A{", "}"),
        ("conditionals", "a?", ":b"),
        ("switches", "switch(a){default->", ";}"),
        ("ifs", "if(a)", "b;"),
        ("array-types", "a[", "]"),
        ("wildcards", "A<? extends ", ">"),
    ), (
        ("generic-starts", "A<"), ("arrows", "a->"), ("unicode-escapes", "\\u0061"), ("many-u", "\\" + "u" * 60), ("colons", "a::"),
        ("annotations", "@A "), ("modifiers", "public "), ("elses", "else "), ("throws", "throws A "), ("dims", "[]"), ("ampersands", "(A & "),
    )),
    "c": Dialect("//", '"', "int f(void) {\n", ("/*", "'", "#define A(", "#if 0\n"), (
        ("conditions", "#if A\n", "\n#endif\n"),
        ("casts", "(a)", "b"),
        ("pointers", "*", "a"),
        ("initialisers", "{", "}"),
        ("declarators", "(*", ")()"),
        ("structs", "struct{", "}a;"),
        ("sizeofs", "sizeof ", "a"),
        ("conditionals", "a?", ":b"),
        ("macro-calls", "A(", ")"),
        ("attributes", "__attribute__((", "))"),
        ("ifs", "if(a)", "b;"),
        ("generics", "_Generic(a,b:", ")"),
    ), (
        ("arrows", "a=>"), ("members", "a->"), ("splices", "\\\n"), ("trigraphs", "??/\n"), ("hashes", "#"), ("pastes", "a##"), ("defines", "#define A A\n"),
        ("ifs-unclosed", "#if A\n"), ("types", "unsigned "), ("asms", 'asm("a");'), ("digraphs", "<:"), ("includes", "#include A\n"),
    )),
}
DIALECTS["cpp"] = Dialect("//", '"', "int f() {\n", ("/*", 'R"x(', "'", "#define A(", 'R"('), (
    *DIALECTS["c"].nests[:6],
    ("templates", "A<", ">"),
    ("template-parameters", "template<", ">class a"),
    ("lambdas", "[]{", "}()"),
    ("namespaces", "namespace a{", "}"),
    ("decltypes", "decltype(", ")"),
    ("requires", "requires {", "}"),
    ("news", "new ", "a"),
    ("folds", "(... + ", ")"),
    ("raw-strings", 'R"(', ')"'),
), (
    ("template-starts", "a<"), ("comparisons", "a<b>"), ("scopes", "a::"), ("raw-starts", 'R"('), ("attributes", "[[a]]"), ("arrows", "a=>"),
    ("operators", "operator "), ("digit-separators", "1'"), ("splices", "\\\n"), ("pastes", "a##"), ("typenames", "typename "), ("conditions", "#if A\n"),
    ("ellipses", "..."),
))
DIALECTS["typescript"] = Dialect("//", '"', "", ("/*", "`", "`${", "/a[", "///<"), (
    *DIALECTS["javascript"].nests[:6],
    ("generics", "A<", ">"),
    ("casts", "<A>", "a"),
    ("conditional-types", "type T = A extends B ? ", ": C"),
    ("function-types", "(a: ", ") => b"),
    ("template-types", "type T = `${", "}`"),
    ("object-types", "{a:", "}"),
    ("namespaces", "namespace a{", "}"),
    ("keyofs", "keyof ", "a"),
    ("decorators", "@a(", ")"),
), (
    *DIALECTS["javascript"].runs[:6],
    ("type-starts", "A<"), ("array-types", "a[]"), ("non-null", "a!"), ("as", "a as "), ("unions", "a|"), ("infers", "infer "), ("generic-arrows", "<T>(a)=>"),
))

OPERATORS = "+-*/%=<>!&|^~?:.,"
BRACKETS = (("parentheses", "(", ")"), ("squares", "[", "]"), ("curlies", "{", "}"), ("angles", "<", ">"), ("mixed", "([{", "}])"))


def fill(unit: str, size: int = LIMIT) -> str:
    """As many whole units as fit into `size` bytes."""
    return unit * max(1, size // len(unit.encode()))


def nest(before: str, after: str, size: int = LIMIT) -> str:
    return (n := max(1, size // len((before + after).encode()))) * before + "a" + n * after


def seeded(language: str, what: str) -> random.Random:
    return random.Random(f"{language}:{what}")  # noqa: S311 - the same inputs in every run, not secrets


def brackets() -> Iterator[tuple[str, str]]:
    for name, opening, closing in BRACKETS:
        yield f"open-{name}", fill(opening)
        yield f"nested-{name}", nest(opening, closing)
    yield "closed-only", fill(")]}>")
    yield "crossed", fill("([)]")


def operators(language: str) -> Iterator[tuple[str, str]]:
    yield "operator-run", fill(OPERATORS)
    yield "operator-run-27k", fill(OPERATORS, 27 * KB)
    dice = seeded(language, "operators")
    yield "operators-shuffled", "".join(dice.choice(OPERATORS) for _ in range(LIMIT))
    yield "operators-between-names", "".join("a" + dice.choice(OPERATORS) for _ in range(LIMIT // 2))
    for name, unit in (("minus", "-"), ("nots", "!"), ("tildes", "~"), ("stars", "*"), ("ampersands", "&"), ("minus-spaced", "- ")):
        yield f"unary-{name}", fill(unit, LIMIT - 4) + "a"
    yield "binary-chain", fill("a+")[:-2] + "+a"
    yield "arrow-12k", fill("a=>", 12 * KB)
    yield "arrow", fill("a=>")
    yield "generic-16k", fill("A<", 16 * KB)
    yield "generic", fill("A<")
    yield "comparison", fill("a<a>")
    yield "ternary", fill("a?a:")
    yield "member-chain", fill("a.") + "a"
    yield "call-chain", "a" + fill("()")
    yield "subscript-chain", "a" + fill("[0]")
    yield "call-nest", nest("a(", ")")


def literals(d: Dialect) -> Iterator[tuple[str, str]]:
    yield "quotes", fill(d.string)
    yield "single-quotes", fill("'")
    yield "quotes-alternating", fill("\"'")
    yield "escapes-unterminated", d.string + fill("\\\\", LIMIT - 2)
    yield "string-unterminated", d.string + fill("a ", LIMIT - 2)
    yield "string-huge", d.string + "a" * (LIMIT - 2) + d.string
    yield "comment-huge", d.comment + "a" * (LIMIT - 3)
    yield "comments-tiny", fill(d.comment + "\n")
    for n, opening in enumerate(d.open_strings):
        yield f"unterminated-{n}", opening + fill("a\n", LIMIT - len(opening))
        yield f"unterminated-many-{n}", fill(opening + "\n")


def sizes() -> Iterator[tuple[str, str]]:
    yield "empty", ""
    yield "identifier-huge", "a" * LIMIT
    yield "number-huge", "9" * LIMIT
    yield "number-points", fill("1.")
    yield "line-huge", fill("a = 1; ")
    yield "lines-empty", "\n" * LIMIT
    yield "tokens-tiny", fill("a ")
    yield "names-many", "\n".join(f"a{n:05}" for n in range(LIMIT // 7))
    yield "blanks", " " * LIMIT
    yield "tabs-growing", "".join("\t" * n + "a\n" for n in range(440))
    yield "indented-blocks", "".join(" " * n + "if a:\n" for n in range(430))
    yield "staircase-down", "".join(" " * (440 - n) + "a\n" for n in range(440))
    yield "commas", "," * LIMIT
    yield "semicolons", ";" * LIMIT
    yield "underscores", fill("_")
    yield "non-ascii-names", fill("é")
    yield "wide-names", fill("ｅ")
    yield "combining", "a" + fill("\u0301", LIMIT - 1)
    yield "astral-letters", fill("𝐞")
    yield "ligature-expanding", fill("\ufdfa")  # one letter whose NFKC is 18 characters
    yield "zero-width", fill("a\u200b")
    yield "bidi", fill("\u202e\u2066")


def mistakes(language: str, d: Dialect) -> Iterator[tuple[str, str]]:
    dice = seeded(language, "mistakes")
    pieces = [unit for _, unit in d.runs] + [b for _, b, _ in d.nests] + [a for _, _, a in d.nests] + list("(){}[]<>;,.'\"\\\n")
    out: list[str] = []
    room = LIMIT
    while room > 0:
        piece = dice.choice(pieces)
        out.append(piece)
        room -= len(piece.encode())
    yield "soup", "".join(out[:-1])
    yield "printable-noise", "".join(chr(dice.randrange(32, 127)) for _ in range(LIMIT))
    yield "many-errors", fill(") a = = 1 ( ;\n")
    yield "errors-in-head", d.head + fill("} ) ] a (\n", LIMIT - len(d.head))
    yield "prose", fill("this is not a program, it's a sentence; and one more.\n")


def raw(language: str, d: Dialect) -> Iterator[tuple[str, bytes]]:
    """What is no text: such bytes must not reach a parser, or must not hurt it."""
    dice = seeded(language, "bytes")
    yield "random-bytes", dice.randbytes(LIMIT)
    yield "random-high-bytes", bytes(dice.randrange(128, 256) for _ in range(LIMIT))
    yield "nuls", bytes(LIMIT)
    yield "nul-between", b"a\0" * (LIMIT // 2)
    yield "nul-in-comment", (d.comment + "\0\n").encode() * (LIMIT // 4)
    yield "bom", b"\xef\xbb\xbfa = 1\n"
    yield "boms", b"\xef\xbb\xbf" * (LIMIT // 3)
    yield "utf-16", b"\xff\xfe" + fill("a = 1\n", LIMIT // 2 - 2).encode("utf-16-le")
    yield "utf-32", b"\xff\xfe\0\0" + fill("a = 1\n", LIMIT // 4 - 8).encode("utf-32-le")
    yield "surrogates", b"\xed\xa0\x80" * (LIMIT // 3)
    yield "overlong", b"\xc0\x80" * (LIMIT // 2)
    yield "truncated-character", b"a = 1\n" * 100 + b"\xe2\x82"
    yield "continuations", b"\x80" * LIMIT
    yield "carriage-returns", b"\r" * LIMIT
    yield "line-ends-mixed", b"a\nb\rc\r\nd\n\re\xe2\x80\xa8f\xe2\x80\xa9\x0b\x0c\x85" * (LIMIT // 22)
    yield "lone-cr-comments", (d.comment + "a\r").encode() * (LIMIT // (len(d.comment) + 2))
    yield "controls", bytes(range(1, 32)) * (LIMIT // 31)
    yield "backslashes", b"\\" * LIMIT
    yield "backslash-newlines", b"a\\\n" * (LIMIT // 3)
    yield "backslash-blank-newlines", b"a\\ \t\r\n" * (LIMIT // 6)
    yield "escape-letters", b"\\u0061\\u{61}\\x61" * (LIMIT // 16)
    yield "escape-cut", b"\\u" * (LIMIT // 2)
    yield "trigraph-run", b"??/\n??=??(??<" * (LIMIT // 13)
    yield "cookie", b"# coding: utf-7\n" + b"+AAo-" * 20_000


def languages_own(d: Dialect) -> Iterator[tuple[str, str]]:
    for name, before, after in d.nests:
        yield f"nest-{name}", d.head + nest(before, after, LIMIT - len(d.head) - 1)
        yield f"nest-{name}-open", d.head + fill(before, LIMIT - len(d.head))
    for name, unit in d.runs:
        yield f"run-{name}", d.head + fill(unit, LIMIT - len(d.head))


def hostile(language: str) -> Iterator[tuple[str, bytes]]:
    """(name, source) of every hostile input for `language`; names are unique within a language."""
    d = DIALECTS[language]
    texts: tuple[Callable[[], Iterator[tuple[str, str]]], ...] = (
        brackets, lambda: operators(language), lambda: literals(d), sizes, lambda: mistakes(language, d), lambda: languages_own(d),
    )
    for texts_of in texts:
        for name, text in texts_of():
            yield name, text.encode()[:LIMIT]
    yield from raw(language, d)
