"""Compilers do much that is asked of them in a source file. What they may read and write is confined as a step of its own;
what they would execute, and which options they take, is up to how they are called."""

from tests.attack.attack import Attack, Bare, Evidence, c, ends, learned_address, said

_READS = "Landlock: a compiler reads the language's own files and the program's"
_POD = "the same source in a Pod without the runner"
_PROCESSOR = (
    "yv66vgAAAEEAUwoAAgADBwAEDAAFAAYBAC1qYXZheC9hbm5vdGF0aW9uL3Byb2Nlc3NpbmcvQWJzdHJhY3RQcm9jZXNzb3IBAAY8aW5pdD4BAA"
    "MoKVYKAAgACQcACgwACwAMAQAeamF2YXgvbGFuZy9tb2RlbC9Tb3VyY2VWZXJzaW9uAQAGbGF0ZXN0AQAiKClMamF2YXgvbGFuZy9tb2RlbC9T"
    "b3VyY2VWZXJzaW9uOwkADgAPBwAQDAARABIBABBqYXZhL2xhbmcvU3lzdGVtAQADZXJyAQAVTGphdmEvaW8vUHJpbnRTdHJlYW07CwAUABUHAB"
    "YMABcAGAEAF2phdmEvbGFuZy9Qcm9jZXNzSGFuZGxlAQAHY3VycmVudAEAGygpTGphdmEvbGFuZy9Qcm9jZXNzSGFuZGxlOwsAFAAaDAAbABwB"
    "AARpbmZvAQAgKClMamF2YS9sYW5nL1Byb2Nlc3NIYW5kbGUkSW5mbzsLAB4AHwcAIAwAIQAiAQAcamF2YS9sYW5nL1Byb2Nlc3NIYW5kbGUkSW"
    "5mbwEAB2NvbW1hbmQBABYoKUxqYXZhL3V0aWwvT3B0aW9uYWw7CAAkAQABPwoAJgAnBwAoDAApACoBABJqYXZhL3V0aWwvT3B0aW9uYWwBAAZv"
    "ckVsc2UBACYoTGphdmEvbGFuZy9PYmplY3Q7KUxqYXZhL2xhbmcvT2JqZWN0OwcALAEAEGphdmEvbGFuZy9TdHJpbmcSAAAALgwALwAwAQAXbW"
    "FrZUNvbmNhdFdpdGhDb25zdGFudHMBACYoTGphdmEvbGFuZy9TdHJpbmc7KUxqYXZhL2xhbmcvU3RyaW5nOwoAMgAzBwA0DAA1ADYBABNqYXZh"
    "L2lvL1ByaW50U3RyZWFtAQAHcHJpbnRsbgEAFShMamF2YS9sYW5nL1N0cmluZzspVgcAOAEABEV2aWwBAARDb2RlAQAZZ2V0U3VwcG9ydGVkU2"
    "91cmNlVmVyc2lvbgEAB3Byb2Nlc3MBAEAoTGphdmEvdXRpbC9TZXQ7TGphdmF4L2Fubm90YXRpb24vcHJvY2Vzc2luZy9Sb3VuZEVudmlyb25t"
    "ZW50OylaAQAJU2lnbmF0dXJlAQBpKExqYXZhL3V0aWwvU2V0PCtMamF2YXgvbGFuZy9tb2RlbC9lbGVtZW50L1R5cGVFbGVtZW50Oz47TGphdm"
    "F4L2Fubm90YXRpb24vcHJvY2Vzc2luZy9Sb3VuZEVudmlyb25tZW50OylaAQAZUnVudGltZVZpc2libGVBbm5vdGF0aW9ucwEANkxqYXZheC9h"
    "bm5vdGF0aW9uL3Byb2Nlc3NpbmcvU3VwcG9ydGVkQW5ub3RhdGlvblR5cGVzOwEABXZhbHVlAQABKgEAEEJvb3RzdHJhcE1ldGhvZHMIAEUBAB"
    "Jwcm9jZXNzb3IgcmFuIGFzIAEPBgBHCgBIAEkHAEoMAC8ASwEAJGphdmEvbGFuZy9pbnZva2UvU3RyaW5nQ29uY2F0RmFjdG9yeQEAmChMamF2"
    "YS9sYW5nL2ludm9rZS9NZXRob2RIYW5kbGVzJExvb2t1cDtMamF2YS9sYW5nL1N0cmluZztMamF2YS9sYW5nL2ludm9rZS9NZXRob2RUeXBlO0"
    "xqYXZhL2xhbmcvU3RyaW5nO1tMamF2YS9sYW5nL09iamVjdDspTGphdmEvbGFuZy9pbnZva2UvQ2FsbFNpdGU7AQAMSW5uZXJDbGFzc2VzAQAE"
    "SW5mbwcATwEAJWphdmEvbGFuZy9pbnZva2UvTWV0aG9kSGFuZGxlcyRMb29rdXAHAFEBAB5qYXZhL2xhbmcvaW52b2tlL01ldGhvZEhhbmRsZX"
    "MBAAZMb29rdXAAIQA3AAIAAAAAAAMAAQAFAAYAAQA5AAAAEQABAAEAAAAFKrcAAbEAAAAAAAEAOgAMAAEAOQAAABAAAQABAAAABLgAB7AAAAAA"
    "AAEAOwA8AAIAOQAAAC4AAwADAAAAIrIADbgAE7kAGQEAuQAdAQASI7YAJcAAK7oALQAAtgAxA6wAAAAAAD0AAAACAD4AAwA/AAAADgABAEAAAQ"
    "BBWwABcwBCAEMAAAAIAAEARgABAEQATAAAABIAAgAeABQATQYJAE4AUABSABk="
)
"""Evil.java: an annotation processor that says so when it runs."""

_INCBIN = r"""
    __asm__(".section .rodata\nhosts: .incbin \"{path}\"\nhosts_end: .byte 0\n.text\n");
    extern const char hosts[], hosts_end[];
    int main(void) {{ for (const char *p = hosts; p < hosts_end; p++) putchar(*p ? *p : '\n'); return 0; }}
"""


def _hungry(e: Evidence) -> bool:
    """Its Pod had more memory than such a run may have."""
    return e.most_memory > 600 << 20


ATTACKS = [
    Attack(
        id="compiling-incbin",
        tries="Has the assembler put /etc/hosts into the program (.incbin).",
        stopped_by=_READS,
        language="c",
        program=c(_INCBIN.format(path="/etc/hosts")),
        worked=learned_address,
        control=Bare(f"{_POD}: the program prints the Pod's address"),
        verdict=ends("CompileError"),
    ),
    Attack(
        id="compiling-environment",
        tries="Has the Rust compiler, which may read /proc, put its own environment and PID 1's into the program.",
        stopped_by="a compiler's environment is made anew, and PID 1 is not dumpable",
        language="rust",
        program='const ALL: [&str; 2] = [include_str!("/proc/self/environ"), include_str!("/proc/1/environ")];\n'
        'fn main() { println!("{}", ALL.concat().replace("\\0", "\\n")); }\n',
        worked=said("KUBERNETES_"),
        control=Bare(f"{_POD}: the program prints the container's environment"),
        verdict=ends("CompileError"),
    ),
    Attack(
        id="compiling-include",
        tries="Includes /etc/hosts, and reads its lines in the compiler's messages.",
        stopped_by=_READS,
        language="cpp",
        program='#include "/etc/hosts"\n#include "../../etc/hosts"\n#include </etc/hosts>\nint main() {}\n',
        worked=learned_address,
        control=Bare(f"{_POD}: the messages show the Pod's address"),
        verdict=ends("CompileError"),
    ),
    Attack(
        id="compiling-endless-device",
        tries="Includes /dev/zero, which has no end, so that the compiler takes all memory there is.",
        stopped_by="the compiler's memory is the sandbox's own, and the blame is the author's",
        language="c",
        program='#include "/dev/zero"\nint main(void) { return 0; }\n',
        worked=_hungry,
        control=Bare(
            f"{_POD}: the node shows the compiler grow",
            own=True,
            command="ulimit -v 1700000; for n in 1 2 3 4 5; do timeout 20 gcc main.c; done; true",
        ),
        verdict=ends("CompileError", "CompileTimeout"),
    ),
    Attack(
        id="compiling-huge-object",
        tries="Has a few bytes of source become an object file of half a gigabyte.",
        stopped_by="the disk limit of the compilation, which RLIMIT_FSIZE stands behind",
        language="c",
        program='__asm__(".data\\n.fill 500000000, 1, 1\\n.text\\n");\nint main(void) { return 0; }\n',
        worked=lambda e: "large object" in e.output,
        control=Bare(
            f"{_POD}: the object file is there",
            own=True,
            command="gcc -c -o main.o main.c; [ $(stat -c %s main.o) -gt 400000000 ] && echo large object".replace(
                "\\$", "$"
            ),
        ),
        verdict=ends("CompileError"),
    ),
    Attack(
        id="compiling-rust-include",
        tries="Has the Rust compiler put /etc/hosts and its own environment into the program.",
        stopped_by=_READS,
        language="rust",
        program='fn main() { println!("{} {:?}", include_str!("/etc/hosts"), option_env!("KUBERNETES_SERVICE_HOST")); }\n',
        worked=learned_address,
        control=Bare(f"{_POD}: the program prints the Pod's address"),
        verdict=ends("CompileError"),
    ),
    Attack(
        id="compiling-go-embed",
        tries="Has the Go compiler embed /etc/hosts, by an absolute path and past the folder.",
        stopped_by="patterns that lead out are refused; " + _READS,
        language="go",
        program='package main\n\nimport _ "embed"\n\n//go:embed /etc/hosts\nvar hosts string\n\nfunc main() { print(hosts) }\n',
        worked=learned_address,
        control=Bare(
            f"{_POD}, by the compiler itself: the program prints the Pod's address",
            command='echo \'{"Patterns":{"/etc/hosts":["h"]},"Files":{"h":"/etc/hosts"}}\' > e; g=/usr/local/go; '
            "$g/compile -o m.a -p main -importcfg $g/importcfg -embedcfg e -pack main.go && "
            "$g/link -importcfg $g/importcfg -o m m.a && ./m",
        ),
        verdict=ends("CompileError"),
    ),
    Attack(
        id="compiling-java-processor",
        tries="Brings an annotation processor as a class file, to be executed by the compiler.",
        stopped_by="the compile driver runs no annotation processors (-proc:none)",
        language="java",
        program="",
        spec={
            "files": [
                {
                    "path": "Main.java",
                    "content": "public class Main { public static void main(String[] a) { System.out.println(1); } }",
                },
                {"path": "Evil.class", "contentBase64": _PROCESSOR},
                {"path": "META-INF/services/javax.annotation.processing.Processor", "content": "Evil\n"},
            ]
        },
        worked=said("processor ran as"),
        control=Bare(
            "the same files and the compiler as it is without that option: the processor runs",
            command="java -m jdk.compiler/com.sun.tools.javac.Main -cp . Main.java",
        ),
    ),
    Attack(
        id="compiling-option-file-name",
        tries="Calls a source file as a compiler's option is called, so that the compiler takes it for one.",
        stopped_by="such names reach the compiler as ./-name",
        language="c",
        program="",
        spec={
            "files": [
                {
                    "path": "main.c",
                    "content": '#include <stdio.h>\nint main(void) {\n#ifdef TAKEN\nputs("option ta" "ken");\n#endif\nreturn 0; }\n',
                },
                {"path": "-DTAKEN=.c", "content": ""},
            ]
        },
        worked=said("option taken"),
        control=Bare(
            "the compiler called with the names as they are: it takes the option",
            command="printf '#include <stdio.h>\nint main(void) {\n#ifdef TAKEN\nputs(\"option taken\");\n#endif\nreturn 0; }\n' > main.c; "
            "gcc -o main main.c -DTAKEN=.c && ./main",
        ),
    ),
    Attack(
        id="compiling-argument-file",
        tries="Calls its main file @opts.rs, so that the compiler reads options in opts.rs.",
        stopped_by="such names reach the compiler as ./@name",
        language="rust",
        program="",
        spec={
            "entrypoint": "@opts.rs",
            "files": [
                {"path": "@opts.rs", "content": 'fn main() { println!("honest"); }\n'},
                {"path": "opts.rs", "content": "--cfg\ntaken\nother.rs\n"},
                {"path": "other.rs", "content": 'fn main() { if cfg!(taken) { println!("option taken"); } }\n'},
            ],
        },
        worked=said("option taken"),
        control=Bare(
            "the compiler called with the names as they are: it reads the options",
            command="rustc @/usr/local/lib/codeexec/rust.args -A warnings -o main @opts.rs && ./main",
        ),
        also=said("honest"),
    ),
]
