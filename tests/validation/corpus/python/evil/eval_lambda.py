print([f(x) for f in (lambda t: eval(t),) for x in ["1", "2"]])
