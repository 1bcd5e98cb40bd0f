import builtins as b

print(b.eval("1"))
