"""The process that looks at hostile programs: `python -I -m codeexec.validation.worker TERMS`, started by the pool.

It takes away from itself what a parser does not need, answers one request after another on the pipes that were its
stdin and stdout, and ends when they do. It may die at any moment; nothing depends on it. Should the pool not be there
to kill it, the kernel does so half a second later.
"""

import contextlib
import importlib
import json
import math
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from codeexec.validation import deadline
from codeexec.validation.frames import BadFrame, Frame, Kind, Request, Splitter, pack, unpack_request
from codeexec.validation.recent import Recent

Handler = Callable[[bytes, bytes], bytes]

OUT_OF_MEMORY = 70
"""Exit code. A heap that has once been full is not worth keeping."""
GRACE_SECONDS = 0.5
"""Between the pool's hard limit and the worker's own alarm."""
OPEN_FILES = 32
MESSAGE_BYTES = 1024
CHUNK = 256 * 1024


class Terms(NamedTuple):
    """What the pool tells a worker at its start, as JSON in its one argument; see `Settings`."""

    handler: str
    import_from: str | None
    soft_seconds: float
    hard_seconds: float
    starved_seconds: float
    memory_bytes: int
    request_bytes: int
    answer_bytes: int
    policies: int


def main(argument: str) -> None:
    terms = Terms(**json.loads(argument))
    requests, answers = take_pipes()
    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_AS, terms.memory_bytes)
    handle = load(terms.handler, terms.import_from)
    confine()
    try:
        send(answers, pack(Kind.READY, 0))
        serve(requests, answers, handle, terms)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except BrokenPipeError:
        return  # the pool is gone


def take_pipes() -> tuple[int, int]:
    """Descriptors of requests and answers, out of reach of a stray `print`: that goes to stderr from here on."""
    requests, answers = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return requests, answers


def load(handler: str, import_from: str | None) -> Handler:
    if import_from:
        sys.path.insert(0, import_from)
    module, _, name = handler.partition(":")
    loaded: Handler = getattr(importlib.import_module(module), name)
    return loaded


def confine() -> None:
    """After the imports, which need more: no new processes or threads (does not hold for root), no file contents, few
    descriptors."""
    lower(resource.RLIMIT_NPROC, 0)
    lower(resource.RLIMIT_FSIZE, 0)
    lower(resource.RLIMIT_NOFILE, OPEN_FILES)


def lower(limit: int, value: int) -> None:
    _, most = resource.getrlimit(limit)
    value = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(limit, (value, value))


def serve(requests: int, answers: int, handle: Handler, terms: Terms) -> None:
    policies: Recent[bytes, bytes] = Recent(terms.policies)
    for frame in incoming(requests, terms.request_bytes):
        request = unpack_request(frame.body)
        policy = remembered(policies, request)
        with alarm(terms.hard_seconds + GRACE_SECONDS, terms.starved_seconds + GRACE_SECONDS):
            deadline.begin(terms.soft_seconds)
            kind, body = outcome(handle, policy, request.body)
        if len(body) > terms.answer_bytes:
            kind, body = Kind.FAILED, b"the answer has %d bytes" % len(body)
        send(answers, pack(kind, frame.number, body))


def remembered(policies: Recent[bytes, bytes], request: Request) -> bytes:
    """The same object for every request of a policy: what a handler made of it, it can keep by `lru_cache`."""
    if request.policy is not None:
        policies.put(request.key, request.policy)
    policy = policies.get(request.key)
    if policy is None:
        raise BadFrame("a policy that was never sent")
    return policy


def outcome(handle: Handler, policy: bytes, request: bytes) -> tuple[Kind, bytes]:
    try:
        answer = handle(policy, request)
    except MemoryError:
        raise
    except deadline.Passed as problem:
        return Kind.TOO_COMPLEX, b"time " + brief(problem)
    except RecursionError as problem:
        return Kind.TOO_COMPLEX, b"depth " + brief(problem)
    except Exception as problem:  # whatever it is, it is no answer, and the next request may do better
        return Kind.FAILED, brief(problem)
    if not isinstance(answer, bytes):
        return Kind.FAILED, f"the handler returned {type(answer).__name__}".encode()
    return Kind.ANSWER, answer


def brief(problem: BaseException) -> bytes:
    try:
        text = f"{type(problem).__name__}: {str(problem)[:MESSAGE_BYTES]}"
    except Exception:
        text = type(problem).__name__
    return text.encode("utf-8", "replace")[:MESSAGE_BYTES]


@contextlib.contextmanager
def alarm(processor: float, clock: float) -> Iterator[None]:
    """Beyond these seconds the kernel ends this process, whatever it is doing. Python has no say in it: both signals
    keep their default action."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    spent = math.ceil(time.process_time() + processor) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent if most == resource.RLIM_INFINITY else min(spent, most), most))
    signal.setitimer(signal.ITIMER_REAL, clock)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def incoming(descriptor: int, request_bytes: int) -> Iterator[Frame]:
    splitter = Splitter(request_bytes)
    while data := os.read(descriptor, CHUNK):
        yield from splitter.feed(data)


def send(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    main(sys.argv[1])
