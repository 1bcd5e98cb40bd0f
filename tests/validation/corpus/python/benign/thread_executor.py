from concurrent.futures import ThreadPoolExecutor
import queue
import threading

with ThreadPoolExecutor(max_workers=2) as executor:
    print(list(executor.map(lambda x: x * x, range(5))))
q = queue.Queue()
t = threading.Thread(target=q.put, args=(1,))
t.start()
t.join()
print(q.get())
