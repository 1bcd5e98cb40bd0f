def greet():
    pass


print("{0.__globals__[__builtins__]}".format(greet))
