import _interpreters
import asyncio
import concurrent.futures
import hashlib
import multiprocessing
import os
import sqlite3
import sys
import threading


def threads():
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return sum(pool.map(lambda n: n * n, range(100)))


def many_threads():
    barrier = threading.Barrier(51)
    for _ in range(50):
        threading.Thread(target=barrier.wait).start()
    barrier.wait()
    return "fifty at once"


async def tasks():
    return sum(await asyncio.gather(*(asyncio.sleep(0.01, n) for n in range(100))))


def interpreters():
    read, write = os.pipe()
    other = _interpreters.create()
    _interpreters.exec(other, f"import os; os.write({write}, b'from within')")
    return os.read(read, 100).decode()


def work(pipe):
    pipe.send(os.getppid() > 1)


def forked():
    here, there = multiprocessing.Pipe()
    child = multiprocessing.Process(target=work, args=(there,))
    child.start()
    child.join()
    return here.recv()


def recursion(depth):
    return recursion(depth - 1) + 1 if depth else 0


def source():
    with open(__file__, encoding="utf-8") as file:
        return file.read().splitlines()[0]


sys.setrecursionlimit(60_000)
print("threads", threads())
print("many threads", many_threads())
print("asyncio", asyncio.run(tasks()))
print("forked child", forked())  # before there are subinterpreters: with them a forked child of Python 3.13 hangs
print("subinterpreter", interpreters())
print("recursion", recursion(50_000))
print("database", sqlite3.connect(":memory:").execute("select 6 * 7").fetchone()[0])
print("digest", hashlib.sha256(b"x").hexdigest()[:8])
print("source", source())
