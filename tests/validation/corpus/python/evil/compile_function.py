import types

code = compile("print(1)", "note", "exec")
types.FunctionType(code, {})()
