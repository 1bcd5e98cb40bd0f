"""Counts words of the input."""
import sys
from collections import Counter


def words(text):
    word = ""
    for c in text.lower():
        if c.isalpha():
            word += c
        elif word:
            yield word
            word = ""
    if word:
        yield word


def main():
    counts = Counter(words(sys.stdin.read()))
    for word, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10]:
        print(f"{n:5} {word}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
