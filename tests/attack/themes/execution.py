"""Executing anything but the interpreter or the program itself. The witness is the node's process table: what is executed
under the attack's own name would be seen there."""

from tests.attack.attack import Attack, Bare, Granted, Loosened, c, executed, python

_ONCE = "without the right to commands the filter lets execve through once, for the start, and execveat never"
_GRANT = "the same program with access.commands: the node shows what it executed"
_ANY = {"read": ["/"], "write": [".", "/tmp"], "execute": ["/"], "commands": True}  # noqa: S108 the sandbox's own

_FORKED = """
    def child(action):
        if os.fork() == 0:
            try:
                action()
            except OSError as error:
                print(repr(error), flush=True)
            os._exit(1)
"""

_BINARY = """
    source, target = "/usr/bin/sleep", {target!r}
    def write():
        with open(source, "rb") as one, open(target, "wb") as two:
            two.write(one.read())
        os.chmod(target, 0o755)
    print(repr(attempt(write)))
    if os.fork() == 0:
        print(repr(attempt(os.execv, target, [token, "2"])), flush=True)
        os._exit(1)
    time.sleep(2.5)
"""

ATTACKS = [
    Attack(
        id="execution-command",
        tries="Executes a program of the image, in a child and in place of itself.",
        stopped_by=_ONCE,
        program=python(
            _FORKED
            + """
    child(lambda: os.execv("/usr/bin/sleep", [token, "2"]))
    time.sleep(0.2)
    print(repr(attempt(os.execv, "/usr/bin/sleep", [token, "2"])))
    """
        ),
        worked=executed,
        control=Granted(_GRANT, {"commands": True}),
    ),
    Attack(
        id="execution-spawn",
        tries="Executes a program by posix_spawn and by vfork, which share its memory until then, and from a second thread.",
        stopped_by=_ONCE,
        program=python("""
            import threading
            def spawn():
                return os.posix_spawn("/usr/bin/sleep", [token, "2"], {})
            thread = threading.Thread(target=lambda: print(repr(attempt(spawn)), flush=True))
            thread.start()
            thread.join()
            print(repr(attempt(spawn)))
            time.sleep(2.5)
        """),
        worked=executed,
        control=Granted(_GRANT, {"commands": True}),
    ),
    Attack(
        id="execution-interpreter-again",
        tries="Executes its own interpreter once more, by its path and as /proc/self/exe.",
        stopped_by=_ONCE,
        program=python(
            _FORKED
            + """
    for path in (sys.executable, os.path.realpath(sys.executable), "/proc/self/exe"):
        child(lambda: os.execv(path, [token, "-c", "import time; time.sleep(2)"]))
    time.sleep(3)
    """
        ),
        worked=executed,
        control=Granted(_GRANT, {"commands": True}),
    ),
    Attack(
        id="execution-linker",
        tries="Has the dynamic linker, which must be executable for the interpreter to start, load another program.",
        stopped_by=_ONCE,
        program=python(
            _FORKED
            + """
    for linker in ("/lib64/ld-linux-x86-64.so.2", "/usr/lib64/ld-linux-x86-64.so.2"):
        child(lambda: os.execv(linker, [token, "/usr/bin/sleep", "2"]))
    time.sleep(2.5)
    """
        ),
        worked=executed,
        control=Granted(_GRANT, {"commands": True}),
    ),
    Attack(
        id="execution-memfd",
        tries="Writes a program into a file without a path (memfd_create) and executes it by execveat and through /proc.",
        stopped_by="the filter refuses memfd_create and execveat",
        program=python(
            _FORKED
            + """
    fd = call(319, token.encode(), 0)
    if fd >= 0:
        os.write(fd, open("/usr/bin/sleep", "rb").read())
    argv = (ctypes.c_char_p * 3)(token.encode(), b"2", None)
    child(lambda: print(call(322, fd, b"", argv, 0, 0x1000), flush=True))
    child(lambda: os.execv(f"/proc/self/fd/{fd}", [token, "2"]))
    time.sleep(2.5)
    """
        ),
        worked=executed,
        control=Bare("the same program in a Pod without the runner: the node shows what it executed"),
    ),
    Attack(
        id="execution-descriptor",
        tries="Opens a program for reading and executes the descriptor: by execveat, fexecve and /proc/self/fd.",
        stopped_by=_ONCE,
        program=python(
            _FORKED
            + """
    fd = os.open("/usr/bin/sleep", os.O_RDONLY)
    argv = (ctypes.c_char_p * 3)(token.encode(), b"2", None)
    child(lambda: print(call(322, fd, b"", argv, 0, 0x1000), flush=True))
    child(lambda: os.execve(fd, [token, "2"], {}))
    child(lambda: os.execv(f"/proc/self/fd/{fd}", [token, "2"]))
    time.sleep(2.5)
    """
        ),
        worked=executed,
        control=Bare("the same program in a Pod without the runner: the node shows what it executed"),
    ),
    Attack(
        id="execution-written-binary",
        tries="May write files, writes a program into its folder and executes it.",
        stopped_by=_ONCE + "; Landlock grants execution of nothing that was written",
        program=python(_BINARY.format(target="./own")),
        spec={"access": {"filesystem": True}},
        worked=executed,
        control=Granted(_GRANT, {"commands": True}),
    ),
    Attack(
        id="execution-written-script",
        tries="May write files, writes a script whose first line names an interpreter, and executes it.",
        stopped_by=_ONCE + "; Landlock grants execution of nothing that was written",
        program=python("""
            def write():
                with open("script", "w") as out:
                    out.write("#!/usr/bin/python3\\nimport ctypes, time\\nctypes.CDLL(None).prctl(15, b'script')\\n"
                              "open('made-by-script-" + token + "', 'w').close()\\ntime.sleep(2)\\n")
                os.chmod("script", 0o755)
            print(repr(attempt(write)))
            if os.fork() == 0:
                print(repr(attempt(os.execv, "./script", [token])), flush=True)
                os._exit(1)
            time.sleep(1.5)
            tried()
        """),
        spec={"access": {"filesystem": True}},
        worked=lambda e: any(f"made-by-script-{e.token}" in file.path for file in e.files()),
        control=Granted(
            "the same program with access.commands: the node shows the file that the script made", {"commands": True}
        ),
        watched=True,
    ),
    Attack(
        id="execution-tmp",
        tries="May write files and execute commands, and executes a program that it has written to /tmp.",
        stopped_by="Landlock: /tmp is never among what may be executed",
        program=python(_BINARY.format(target="/tmp/own")),  # noqa: S108 the sandbox's own
        spec={"access": {"filesystem": True, "commands": True}},
        worked=executed,
        control=Loosened("the same job with / among what may be executed: the node shows the program", _ANY),
    ),
    Attack(
        id="execution-memory-volumes",
        tries="May write files and execute commands, and executes a program from /dev/shm, /dev/mqueue or a memory file.",
        stopped_by="Landlock grants neither of the two; the filter refuses memfd_create",
        program=python(
            _FORKED
            + """
    text = open("/usr/bin/sleep", "rb").read()
    for target in ("/dev/shm/own", "/dev/mqueue/own"):
        def write():
            with open(target, "wb") as out:
                out.write(text)
            os.chmod(target, 0o755)
        print(repr(attempt(write)))
        child(lambda: os.execv(target, [token, "2"]))
    fd = call(319, b"own", 0)
    if fd >= 0:
        os.write(fd, text)
        child(lambda: os.execv(f"/proc/self/fd/{fd}", [token, "2"]))
    time.sleep(2.5)
    """
        ),
        spec={"access": {"filesystem": True, "commands": True}},
        worked=executed,
        control=Bare("the same program in a Pod without the runner: the node shows what it executed"),
    ),
    Attack(
        id="execution-32-bit",
        tries="Executes a program through the 32-bit interface, where execve has the number 11.",
        stopped_by="the filter answers every call of a foreign architecture with ENOSYS",
        language="c",
        program=c(r"""
            int main(int argc, char **argv) {
                char *low = mmap((void *)0x20000, 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
                if (low == MAP_FAILED) return 3;
                strcpy(low, "/usr/bin/sleep"); strcpy(low + 64, argv[1]); strcpy(low + 128, "2");
                unsigned *list = (unsigned *)(low + 256);
                list[0] = (unsigned)(uintptr_t)(low + 64); list[1] = (unsigned)(uintptr_t)(low + 128); list[2] = 0;
                list[3] = 0;
                int done = 0;
                __asm__ volatile("int $0x80" : "=a"(done) : "a"(11), "b"((unsigned)(uintptr_t)low),
                                 "c"((unsigned)(uintptr_t)list), "d"((unsigned)(uintptr_t)&list[3])
                                 : "memory", "r8", "r9", "r10", "r11");
                printf("%d\n", done);
                tried();
                return 0;
            }
        """),
        worked=executed,
        control=Bare("the same program in a Pod without the runner: the node shows what it executed"),
        watched=True,
    ),
]
