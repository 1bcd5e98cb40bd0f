"""An OCI runtime for machines whose root lacks CAP_SYS_RESOURCE.

The engine asks for every capability that the kernel knows when a container or an exec is privileged, and runc cannot
give what it has not got. This takes that one out of the specification and becomes runc.
"""

import json
import os
import sys

LACKING = "CAP_SYS_RESOURCE"


def option(words: list[str], name: str) -> str | None:
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == name:
            return following
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return None


def without_capability(path: str, *, whole_spec: bool) -> None:
    with open(path, encoding="utf-8") as source:
        text = source.read()
    if LACKING not in text:
        return
    spec = json.loads(text)
    process = spec.get("process", {}) if whole_spec else spec
    for kind, names in (process.get("capabilities") or {}).items():
        process["capabilities"][kind] = [name for name in names or [] if name != LACKING]
    with open(f"{path}.new", "w", encoding="utf-8") as target:
        json.dump(spec, target)
    os.replace(f"{path}.new", path)


def main() -> None:
    words = sys.argv[1:]
    if bundle := option(words, "--bundle"):
        without_capability(os.path.join(bundle, "config.json"), whole_spec=True)
    if process := option(words, "--process"):
        without_capability(process, whole_spec=False)
    os.execvp("runc", ["runc", *words])  # noqa: S606, S607 (a runtime has to become the real one)


if __name__ == "__main__":
    main()
