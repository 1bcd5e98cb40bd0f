import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

lock = threading.Lock()
total = 0


def add(n):
    global total
    for _ in range(n):
        with lock:
            total += 1
    return n


with ThreadPoolExecutor(max_workers=4) as pool:
    jobs = [pool.submit(add, n) for n in (10, 20, 30)]
    print(sorted(j.result() for j in as_completed(jobs)), total)

items = queue.Queue(maxsize=2)


def produce():
    for i in range(5):
        items.put(i)
        time.sleep(0.001)
    items.put(None)


threading.Thread(target=produce, daemon=True).start()
for item in iter(items.get, None):
    print(item)
