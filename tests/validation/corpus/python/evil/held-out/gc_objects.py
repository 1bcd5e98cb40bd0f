import gc

for thing in gc.get_objects():
    if getattr(thing, "__name__", "") == "posix":
        print(thing)
