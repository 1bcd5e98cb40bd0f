import argparse
import sys


def primes(limit):
    sieve = bytearray([1]) * (limit + 1)
    for i in range(2, limit + 1):
        if sieve[i]:
            yield i
            sieve[i * i :: i] = bytes(len(range(i * i, limit + 1, i)))


def main(argv):
    parser = argparse.ArgumentParser(description="Prints primes.")
    parser.add_argument("limit", type=int, nargs="?", default=50)
    parser.add_argument("--sum", action="store_true")
    options = parser.parse_args(argv)
    found = list(primes(options.limit))
    print(sum(found) if options.sum else " ".join(map(str, found)))


main(sys.argv[1:])
