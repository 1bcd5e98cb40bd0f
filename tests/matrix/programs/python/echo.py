import sys

print("|".join(sys.argv[1:]))
sys.stdout.write(sys.stdin.read())
