"""Hello in eight languages, each printing OUTPUT."""

from dataclasses import dataclass

from codeexec.models.spec import Language

OUTPUT = "hello\n"


@dataclass(frozen=True, slots=True)
class Hello:
    language: Language
    code: str


_CODE = {
    Language.GO: 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println("hello")\n}\n',
    Language.PYTHON: 'print("hello")\n',
    Language.JAVASCRIPT: 'console.log("hello");\n',
    Language.TYPESCRIPT: 'const greeting: string = "hello";\nconsole.log(greeting);\n',
    Language.RUST: 'fn main() {\n    println!("hello");\n}\n',
    Language.JAVA: "public class Main {\n    public static void main(String[] args) {\n"
    '        System.out.println("hello");\n    }\n}\n',
    Language.CPP: '#include <iostream>\n\nint main() {\n    std::cout << "hello\\n";\n    return 0;\n}\n',
    Language.C: '#include <stdio.h>\n\nint main(void) {\n    puts("hello");\n    return 0;\n}\n',
}

PROGRAMS = {
    **{str(language): Hello(language, code) for language, code in _CODE.items()},
    # What many write who solve tasks against the clock: all headers of the library at once.
    "cpp-bits": Hello(Language.CPP, _CODE[Language.CPP].replace("<iostream>", "<bits/stdc++.h>")),
}
"""By the name of the row."""
