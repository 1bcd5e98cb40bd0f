import functools, os

functools.partial(os.system, "id")()
