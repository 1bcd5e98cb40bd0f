"""Hello in eight languages, each printing OUTPUT."""

from codeexec.models.spec import Language

OUTPUT = "hello\n"

PROGRAMS = {
    Language.GO: 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println("hello")\n}\n',
    Language.PYTHON: 'print("hello")\n',
    Language.JAVASCRIPT: 'console.log("hello");\n',
    Language.TYPESCRIPT: 'const greeting: string = "hello";\nconsole.log(greeting);\n',
    Language.RUST: 'fn main() {\n    println!("hello");\n}\n',
    Language.JAVA: "public class Main {\n    public static void main(String[] args) {\n"
    '        System.out.println("hello");\n    }\n}\n',
    Language.CPP: "#include <bits/stdc++.h>\n\nint main() {\n"
    '    std::cout << "hello" << std::endl;\n    return 0;\n}\n',
    Language.C: '#include <stdio.h>\n\nint main(void) {\n    puts("hello");\n    return 0;\n}\n',
}
