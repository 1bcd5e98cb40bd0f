(exec if len("ab") == 2 else print)("print(1)")
