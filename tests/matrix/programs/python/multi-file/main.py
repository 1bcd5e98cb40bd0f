from pathlib import Path

from lib.answers import answer

print("answer", answer(Path("data/number.txt").read_text()))
