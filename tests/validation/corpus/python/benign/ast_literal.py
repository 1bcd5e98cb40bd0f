from ast import literal_eval

print(literal_eval("[1, 2, {'a': (3,)}]"))
