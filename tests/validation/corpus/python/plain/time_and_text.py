import re
import textwrap
import time
from datetime import date, datetime, timedelta, timezone

start = time.perf_counter()
day = date(2024, 2, 28)
for i in range(3):
    print((day + timedelta(days=i)).isoformat(), (day + timedelta(days=i)).strftime("%A"))
print(datetime(2020, 1, 1, tzinfo=timezone.utc).timestamp())

text = "The quick brown fox jumps over the lazy dog. " * 3
print(textwrap.fill(text, width=40))
print(re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world"))
print(re.split(r"[,;]\s*", "a, b;c"))
print("elapsed" if time.perf_counter() >= start else "odd")
