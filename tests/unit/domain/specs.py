"""Specs as hypothesis makes them up: the API server has let them through, and no more is known about them."""

import base64
from typing import Any

from hypothesis import strategies as st

from codeexec.models.spec import ExecutionSpec, Language

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
ODD_PATHS = ["/a", "..", "a/../b", "a//b", "./a", "a/", ".", "a\0b", "\x7f", ".build", ".build/x", "n" * 256]
MAIN = ["main.py", "main.js", "main.ts", "main.go", "main.rs", "Main.java", "main.cpp", "main.c"]
GOOD_PATHS = [*MAIN, "a.py", "a.c", "lib/b.c", "data", "@x.c", "-o.c", "lib/.build", "*.txt", "**/x"]
PATHS = st.one_of(
    *[st.sampled_from(GOOD_PATHS)] * 6,
    st.sampled_from(ODD_PATHS),
    st.text(st.sampled_from("ab./-@"), min_size=1, max_size=6),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=6),
)
BASE64 = st.one_of(
    st.binary(max_size=8).map(lambda raw: base64.b64encode(raw).decode()),
    st.text(st.sampled_from("AZaz09+/=-_ \n"), max_size=8),
)
FILES = st.lists(
    st.one_of(
        *[st.fixed_dictionaries({"path": PATHS, "content": TEXT})] * 3,
        st.fixed_dictionaries({"path": PATHS, "contentBase64": BASE64}),
        st.fixed_dictionaries({"path": PATHS}),
    ),
    max_size=4,
)
ARGS = st.lists(TEXT, max_size=3)
ITEM_LIMITS = st.fixed_dictionaries(
    {},
    optional={
        "memory": st.sampled_from(["32Mi", "100Mi", "4Gi"]),
        "processes": st.integers(1, 1000),
        "diskBytes": st.integers(65_536, 1 << 36),
        "cpuTimeSeconds": st.integers(1, 3600),
        "maxOutputBytes": st.integers(1024, 1 << 30),
    },
)
SECONDS = st.integers(1, 90) | st.integers(1, 3600)
PROGRAM = {"code": TEXT.filter(bool), "files": FILES, "entrypoint": PATHS}
ITEMS = st.lists(
    st.fixed_dictionaries(
        {},
        optional=PROGRAM
        | {
            "args": ARGS,
            "stdin": TEXT,
            "timeoutSeconds": SECONDS,
            "limits": ITEM_LIMITS,
            "expectedOutput": TEXT,
            "outputMatch": st.sampled_from(["Exact", "IgnoreWhitespace"]),
        },
    ),
    max_size=5,
)


_OFTEN_WRONG = {"files", "entrypoint", "limits", "artifacts"}


def _spec(fields: dict[str, Any]) -> ExecutionSpec:
    batch = [{"name": f"item-{number}", **item} for number, item in enumerate(fields.pop("batch", ()))]
    if fields.pop("plain"):  # else hardly any has nothing wrong with it
        fields = {"code": "1"} | {name: value for name, value in fields.items() if name not in _OFTEN_WRONG}
        batch = [{name: value for name, value in item.items() if name not in _OFTEN_WRONG} for item in batch]
    return ExecutionSpec.model_validate(fields | {"batch": batch})


SPECS = st.fixed_dictionaries(
    {"language": st.sampled_from([language.value for language in Language]), "plain": st.booleans()},
    optional=PROGRAM
    | {
        "args": ARGS,
        "stdin": TEXT,
        "env": st.lists(
            st.fixed_dictionaries({"name": st.sampled_from(["A", "PATH", "_"]), "value": TEXT}), max_size=2
        ),
        "batch": ITEMS,
        "timeoutSeconds": SECONDS,
        "limits": ITEM_LIMITS,
        "artifacts": st.lists(PATHS, max_size=3),
        "access": st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("network", "filesystem", "commands"), st.booleans())
        ),
    },
).map(_spec)
