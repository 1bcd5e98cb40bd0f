import hashlib
import os
import sys
import threading
import time

MB = 1 << 20
kept = []


def burn(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        hashlib.sha256(bytes(100_000)).digest()


def threads(count, seconds):
    started = [threading.Thread(target=burn, args=(seconds,)) for _ in range(count)]
    for each in started:
        each.start()
    for each in started:
        each.join()


def touch(megabytes):
    kept.append(bytearray(b"x") * (megabytes * MB))


def files(megabytes):
    with open("written", "wb") as out:
        for _ in range(megabytes):
            out.write(bytes(MB))


def children(count, seconds, megabytes):
    for _ in range(count):
        if os.fork() == 0:
            touch(megabytes)
            burn(seconds)
            os._exit(0)
    for _ in range(count):
        os.wait()


match sys.argv[1]:
    case "burn":
        burn(1)
    case "threads":
        threads(4, 0.3)
    case "touch":
        touch(int(sys.argv[2]))
    case "children":
        children(4, 0.2, 10)
    case "mixed":
        touch(60)
        threads(2, 0.2)
        files(20)
    case "files":
        files(40)
time.sleep(0.6)
