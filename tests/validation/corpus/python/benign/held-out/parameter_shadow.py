def apply(compile, values):
    return [compile(v) for v in values]


print(apply(str, [1, 2]))
