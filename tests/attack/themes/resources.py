"""More of everything than was given: processes, threads, memory, files, output, processor time."""

from tests.attack.attack import Attack, Bare, c, ends, of_program, python

_POD = "the same program in a Pod without the runner and its limits"

ATTACKS = [
    Attack(
        id="resources-fork-bomb",
        tries="Forks six hundred children, each of which waits.",
        stopped_by="the runner counts processes every few milliseconds; RLIMIT_NPROC stands behind it",
        program=python("""
            for _ in range(600):
                child = attempt(os.fork)
                if child == 0:
                    time.sleep(30)
                    os._exit(0)
            time.sleep(3)
        """),
        worked=lambda e: e.most_processes > 400,
        control=Bare(f"{_POD}: the node counts them", own=True),
        verdict=ends("ProcessLimitExceeded"),
    ),
    Attack(
        id="resources-threads",
        tries="Starts six hundred threads in one process, which counts as one.",
        stopped_by="RLIMIT_NPROC counts threads",
        language="c",
        program=c("""
            #include <pthread.h>
            static void *idle(void *x) { pause(); return x; }
            int main(void) {
                pthread_attr_t small; pthread_attr_init(&small); pthread_attr_setstacksize(&small, 65536);
                int made = 0;
                for (int n = 0; n < 600; n++) { pthread_t t; made += pthread_create(&t, &small, idle, 0) == 0; }
                printf("%d\\n", made); fflush(stdout);
                sleep(6);
                return 0;
            }
        """),
        worked=lambda e: any(process.most_threads > 400 for process in e.processes),
        control=Bare(f"{_POD}: the node counts them", own=True),
    ),
    Attack(
        id="resources-memory",
        tries="Takes 900 MB of memory where 512 Mi are given, in itself and in children that are not its own any more.",
        stopped_by="the Pod's memory limit, enforced by the kernel; the program is its first choice, never the runner",
        program=python("""
            full, filled = os.pipe()
            for _ in range(3):
                if os.fork() == 0:
                    os.setsid()
                    hoard = bytearray(b"x") * (300 << 20)
                    os.write(filled, b"x")
                    time.sleep(30)
                    os._exit(0)
            for _ in range(3):
                os.read(full, 1)
            time.sleep(3)
        """),
        worked=lambda e: e.most_memory > 700 << 20,
        control=Bare(f"{_POD}: the node shows it", own=True),
        verdict=ends("MemoryLimitExceeded"),
    ),
    Attack(
        id="resources-files",
        tries="May write files, and fills its volumes, which are memory, with 300 MB.",
        stopped_by="the runner watches the volumes; their own size stands behind it",
        program=python("""
            for folder in ("/tmp", "."):
                def fill():
                    for number in range(30):
                        with open(f"{folder}/fill-{number}", "wb") as out:
                            out.write(bytes(5 << 20))
                print(repr(attempt(fill)), flush=True)
            tried()
        """),
        spec={"access": {"filesystem": True}},
        worked=of_program(lambda p: sum(p.used.values()) > 200 << 20),
        control=Bare(f"{_POD}: the node shows its volumes", own=True),
        verdict=ends("DiskLimitExceeded"),
    ),
    Attack(
        id="resources-deleted-files",
        tries="May write files, and fills its volumes with files that it deletes at once and keeps open.",
        stopped_by="what is in use is asked of the file system, not of names",
        program=python("""
            kept = []
            def fill():
                for number in range(60):
                    kept.append(open("/tmp/fill", "w+b", buffering=0))
                    os.unlink("/tmp/fill")
                    kept[-1].write(bytes(5 << 20))
            print(repr(attempt(fill)), flush=True)
            tried()
        """),
        spec={"access": {"filesystem": True}},
        worked=of_program(lambda p: sum(p.used.values()) > 200 << 20),
        control=Bare(f"{_POD}: the node shows its volumes", own=True),
        verdict=ends("DiskLimitExceeded"),
    ),
    Attack(
        id="resources-output",
        tries="Prints 64 MB, which would stay on the node's disk as the container's log.",
        stopped_by="the runner keeps head and tail, counts the rest and ends who goes too far",
        program=python("""
            line = b"0123456789abcdef" * 4096
            for _ in range(1024):
                os.write(1, line)
        """),
        worked=lambda e: e.log_bytes > 1 << 20,
        control=Bare(
            "the same program as a container of its own: the node's disk has megabytes of log",
            own=True,
            command="python3 main.py @TOKEN@ > /proc/1/fd/1",
        ),
        verdict=ends("OutputLimitExceeded"),
        disk=True,
    ),
    Attack(
        id="resources-processor-time",
        tries="Uses three times the processor time that it has, in children of which none uses too much.",
        stopped_by="the runner counts the processor time of all of them together",
        program=python("""
            for _ in range(3):
                if os.fork() == 0:
                    while time.process_time() < 1.8:
                        pass
                    print("spun to the end", flush=True)
                    os._exit(0)
            for _ in range(3):
                os.wait()
        """),
        spec={"limits": {"cpuTimeSeconds": 2}},
        worked=lambda e: e.output.count("spun to the end") == 3,
        control=Bare(
            f"{_POD}, with RLIMIT_CPU alone: all of them come to their end",
            own=True,
            command="ulimit -t 3; exec python3 -u main.py @TOKEN@",
        ),
        verdict=ends("CPUTimeExceeded"),
    ),
]
