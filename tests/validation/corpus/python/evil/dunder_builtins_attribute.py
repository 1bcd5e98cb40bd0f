print(__builtins__.eval("1"))
