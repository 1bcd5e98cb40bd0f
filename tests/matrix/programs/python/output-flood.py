import sys

stream = getattr(sys, sys.argv[1])
line = "x" * 99
while True:
    print(line, file=stream)
