def evaluate(x):
    return x * 2


def executor(n):
    return n


medieval, retrieval, system_total, osmosis = 1, 2, 3, 4
print(evaluate(medieval), executor(retrieval), system_total, osmosis)
