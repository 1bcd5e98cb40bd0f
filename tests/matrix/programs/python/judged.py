import os
import sys

# Adds what it reads; or misbehaves, when its argument says so.
match sys.argv[1:]:
    case ["loop"]:
        while True:
            pass
    case ["hoard"]:
        taken = []
        while True:
            taken.append(b"x" * (4 << 20))
    case ["fork"]:
        while True:
            os.fork()
    case ["litter"]:
        for path in ("left", "/tmp/left"):
            with open(path, "w") as out:
                out.write("here")
        print("left")
    case ["look"]:
        print(sorted(os.listdir(".")), os.listdir("/tmp"))
    case ["fail"]:
        sys.exit(3)
    case _:
        print(sum(map(int, sys.stdin.read().split())))
