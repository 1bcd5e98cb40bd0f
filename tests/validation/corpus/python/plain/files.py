import csv
import json
from pathlib import Path

rows = [{"name": "ada", "points": 3}, {"name": "bob", "points": 5}]
path = Path("scores.csv")
with path.open("w", newline="") as out:
    writer = csv.DictWriter(out, fieldnames=["name", "points"])
    writer.writeheader()
    writer.writerows(rows)

with open("scores.csv", newline="") as source:
    back = list(csv.DictReader(source))

Path("scores.json").write_text(json.dumps(back, indent=2))
print(Path("scores.json").read_text())
print(sum(int(r["points"]) for r in back))
for p in sorted(Path(".").glob("scores.*")):
    print(p.name, p.stat().st_size)
