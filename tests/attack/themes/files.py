"""Files: writing where nothing may be written, reading what belongs to others, and fooling those who lay files out,
bring them back, or clean up between the items of a batch."""

from tests.attack.attack import (
    Attack,
    Bare,
    Evidence,
    Granted,
    Loosened,
    Predicate,
    ends,
    learned_address,
    learned_canary,
    named,
    of_program,
    python,
    said,
)
from tests.attack.themes.record import forged_line

_POD = "the same program in a Pod without the runner"
_WRITES: dict[str, object] = {"access": {"filesystem": True}}
_NAIVE = f"{_POD}; a collector that follows links (cat) brings back /etc/hosts with the Pod's address"
_LINKS = "the runner opens artifacts name by name and follows no link"


def _mode(name: str, mode: int) -> Predicate:
    return of_program(lambda p: any(f.path.endswith(name) and f.mode & 0o7777 == mode for f in p.files))


def _cut_off(e: Evidence) -> bool:
    """Its program is gone, or has the length that it wanted."""
    programs = [file for file in e.files() if file.path == "/workspace/main.py"]
    return bool(e.portraits()) and all(file.size == 4711 for file in programs)


def _came_to_run(e: Evidence) -> bool:
    return bool(e.processes) or named(e)


def _layout(id_: str, path: str, tries: str) -> Attack:
    return Attack(
        id=id_,
        tries=tries,
        stopped_by="such paths are refused before there is a sandbox, and by the runner once more",
        program="",
        spec={"files": [{"path": path, "content": "x"}, {"path": "main.py", "content": "print('ran')"}]},
        worked=_came_to_run,
        control=Bare(
            "a naive layout in a Pod (mkdir, write) follows the path: the node shows the file outside of the folder",
            command="python3 -c \"import ctypes, time; ctypes.CDLL(None).prctl(15, b'tried'); time.sleep(2.5)\" @TOKEN@",
        ),
        verdict=ends("InvalidSpec"),
    )


ATTACKS = [
    Attack(
        id="files-write-anywhere",
        tries="Has no right to write files, and makes files, folders, links, pipes and sockets in every place there is.",
        stopped_by="Landlock: without the right nothing may be made anywhere",
        program=python("""
            for folder in (".", "/workspace", "/workspace/.build", "/tmp", "/dev/shm", "/dev/mqueue", "/dev", "/var/tmp",
                           "/run", "/etc", "/usr/bin", "/", "/proc/self", "/proc/self/cwd", "/proc/self/root/tmp"):
                path = folder + "/" + token
                def door():
                    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as made:
                        made.bind(path + "-s")
                print(folder, [repr(attempt(each)) for each in (lambda: open(path + "-f", "w"), lambda: os.mkdir(path + "-d"),
                      lambda: os.symlink("/", path + "-l"), lambda: os.mkfifo(path + "-p"), door,
                      lambda: os.link(__file__, path + "-h"), lambda: os.open(folder, os.O_TMPFILE | os.O_RDWR))])
            tried()
        """),
        worked=named,
        control=Granted("the same program with access.filesystem: the node shows its files", {"filesystem": True}),
        watched=True,
    ),
    Attack(
        id="files-own-program",
        tries="Has no right to write files, and overwrites, cuts off, renames and deletes its own program.",
        stopped_by="Landlock: its folder may only be read",
        program=python("""
            for each in (lambda: open(__file__, "r+"), lambda: os.rename(__file__, token), lambda: os.unlink(__file__),
                         lambda: os.truncate(__file__, 4711), lambda: open(__file__, "w").truncate(4711)):
                print(repr(attempt(each)))
            tried()
        """),
        worked=_cut_off,
        control=Granted("the same program with access.filesystem: the node shows it changed", {"filesystem": True}),
        watched=True,
    ),
    Attack(
        id="files-attributes",
        tries="Has no right to write files, and changes mode, times and extended attributes of its program, which Landlock "
        "does not know.",
        stopped_by="the filter refuses the calls for a step that may write nothing",
        program=python("""
            for each in (lambda: os.chmod(__file__, 0o4707), lambda: os.utime(__file__, (1, 1)),
                         lambda: os.setxattr(__file__, "user.x", b"y"), lambda: os.chmod(".", 0o1777)):
                print(repr(attempt(each)))
            tried()
        """),
        worked=_mode("main.py", 0o4707),
        control=Granted("the same program with access.filesystem: the node shows the new mode", {"filesystem": True}),
        watched=True,
    ),
    Attack(
        id="files-read-outside",
        tries="Reads what is not its own: the Pod's address in /etc/hosts, users, mounts, the network, all of /proc.",
        stopped_by="Landlock: its own folder and the language's runtime may be read",
        program=python("""
            for path in ("/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/proc/self/net/fib_trie", "/proc/net/fib_trie",
                         "/proc/self/root/etc/hosts", "/proc/thread-self/root/etc/hosts", "/proc/1/root/etc/hosts",
                         "/workspace/../etc/hosts", "/dev/fd/../../../etc/hosts", "/etc/passwd", "/proc/self/mountinfo"):
                print(path, repr(attempt(lambda: open(path).read())))
            place = attempt(os.open, "/", os.O_PATH)
            print(repr(attempt(lambda: os.read(os.open("etc/hosts", os.O_RDONLY, dir_fd=place), 4096))))
        """),
        worked=learned_address,
        control=Loosened("the same job with / among what may be read: it learns its address", {"read": ["/"]}),
    ),
    Attack(
        id="files-written-tmp-is-wiped",
        tries="Leaves something for the next item: modules that Python finds first, in its folder and in the user's own "
        "place for them.",
        stopped_by="each item finds the files as they were laid down and an empty /tmp",
        program=python("""
            if sys.argv[2] == "poison":
                word = "print('poi' + 'soned by " + token + "')"
                user = os.path.expanduser(f"~/.local/lib/python3.{sys.version_info[1]}/site-packages")
                os.makedirs(user, exist_ok=True)
                for path in ("colorsys.py", user + "/usercustomize.py", user + "/x.pth", "/tmp/colorsys.py"):
                    open(path, "w").write(("import sys; " if path.endswith(".pth") else "") + word)
                open(__file__, "a").write("\\n" + word)
            else:
                import colorsys
                print("clean")
        """),
        spec={
            **_WRITES,
            "batch": [
                {"name": "poison", "args": ["@TOKEN@", "poison"]},
                {"name": "victim", "args": ["@TOKEN@", "victim"]},
            ],
        },
        worked=said("poisoned by"),
        control=Bare(
            f"{_POD}, run twice in one place: the second run executes what the first one left",
            command="for role in poison victim; do HOME=/tmp/@TOKEN@ python3 -u main.py @TOKEN@ $role; done",
        ),
        also=said("clean"),
    ),
    Attack(
        id="files-other-program",
        tries="Reads the program of another item of its batch, whose folder lies beside its own.",
        stopped_by="Landlock: a step may read its own folder",
        program=python("""
            for folder in ("/workspace", "..", "../program-1", "/workspace/program-1", "/proc/self/cwd/../program-1"):
                for name in ("", "/main.py", "/program-1/main.py"):
                    print(folder + name, repr(attempt(lambda: open(folder + name).read())), repr(attempt(os.listdir, folder)))
                print(repr(attempt(os.link, folder + "/main.py", "stolen")), repr(attempt(os.rename, "../program-1", "own")))
        """),
        spec={
            **_WRITES,
            "artifacts": ["stolen*", "own/**"],
            "batch": [{"name": "thief"}, {"name": "victim", "code": "'''@CANARY@'''\nprint('victim lives')\n"}],
        },
        worked=learned_canary,
        control=Loosened(
            "the same job with /workspace among what may be read",
            {"read": ["/usr", "/workspace", "/etc/ld.so.cache", "."]},
        ),
    ),
    Attack(
        id="files-wrecked-workspace",
        tries="Deletes everything that it can, takes every right off its folders and puts links in their place, so that the "
        "next item cannot start.",
        stopped_by="the runner clears and lays down everything anew, whatever the modes are",
        program=python("""
            if sys.argv[2] == "victim":
                print("vic" + "tim lives")
                sys.exit()
            import shutil
            for name in os.listdir("."):
                attempt(os.unlink, name)
            os.makedirs("a/b/c/d", exist_ok=True)
            for number in range(300):
                attempt(os.symlink, "/", f"a/link-{number}")
            attempt(os.symlink, "/etc/hosts", "main.py")
            attempt(os.mkfifo, "a/pipe")
            where = os.getcwd()
            for _ in range(600):
                if attempt(os.mkdir, "d" * 200) is None:
                    os.chdir("d" * 200)
            os.chdir(where)
            for path in ("a/b/c/d", "a/b", "a", ".", "/tmp"):
                print(repr(attempt(os.chmod, path, 0)))
        """),
        spec={
            **_WRITES,
            "batch": [
                {"name": "wreck", "args": ["@TOKEN@", "wreck"]},
                {"name": "victim", "args": ["@TOKEN@", "victim"]},
            ],
        },
        worked=lambda e: "victim lives" not in e.output,
        control=Bare(
            f"{_POD}, run twice in one place: there is no second run",
            own=True,
            command="for role in wreck victim; do python3 -u main.py @TOKEN@ $role; done",
        ),
    ),
    Attack(
        id="files-compiled-program",
        tries="Replaces the compiled program under the next item, and gives it its old size and time back.",
        stopped_by="the compiled program lies where a run may not write, or is put back before the next run",
        language="typescript",
        program="""
import * as fs from "fs";
const [me, token, role] = process.argv.slice(1);
if (role === "poison") {
  const old = fs.statSync(me);
  const text = `console.log("tam" + "pered by ${token}")`.padEnd(old.size, " ");
  for (const act of [() => fs.writeFileSync(me, text), () => { fs.unlinkSync(me); fs.writeFileSync(me, text); }]) {
    try { act(); fs.utimesSync(me, old.atime, old.mtime); console.log("written"); } catch (e) { console.log(String(e)); }
  }
} else {
  console.log("honest");
}
""",
        spec={
            **_WRITES,
            "batch": [
                {"name": "poison", "args": ["@TOKEN@", "poison"]},
                {"name": "victim", "args": ["@TOKEN@", "victim"]},
            ],
        },
        worked=said("tampered by"),
        control=Bare(
            f"{_POD}, run twice in one place: the second run is the forged one",
            command="cp main.js main.mjs; for role in poison victim; do node main.mjs @TOKEN@ $role; done",
        ),
        verdict=ends("Completed", "SandboxError"),
    ),
    Attack(
        id="files-artifact-link",
        tries="Has a symbolic link to /etc/hosts brought back as an artifact.",
        stopped_by=_LINKS,
        program=python("""
            os.mkdir("out")
            for number, to in enumerate(("/etc/hosts", "/proc/self/root/etc/hosts", "../../etc/hosts", "/proc/1/environ")):
                os.symlink(to, f"out/{number}")
        """),
        spec={**_WRITES, "artifacts": ["out/*"]},
        worked=learned_address,
        control=Bare(_NAIVE, command="python3 main.py @TOKEN@; cat out/*"),
    ),
    Attack(
        id="files-artifact-folder-link",
        tries="Has the folder of its artifacts be a link to /etc.",
        stopped_by=_LINKS,
        program=python("""
            os.symlink("/etc", "out")
            os.mkdir("more")
            os.symlink("/", "more/root")
        """),
        spec={**_WRITES, "artifacts": ["out/*", "out/hosts", "more/**", "more/root/etc/hosts", "**/hosts"]},
        worked=learned_address,
        control=Bare(_NAIVE, command="python3 main.py @TOKEN@; cat out/hosts"),
    ),
    Attack(
        id="files-artifact-swapped",
        tries="Leaves a process behind that swaps an artifact for a link to /etc/hosts and back, all the time.",
        stopped_by="nothing of the run is alive when artifacts are collected; no link is followed",
        program=python("""
            os.mkdir("out")
            if os.fork() == 0:
                os.setsid()
                until = time.time() + 20
                while time.time() < until:
                    open("out/n", "w").write("harmless")
                    os.rename("out/n", "out/x")
                    os.symlink("/etc/hosts", "out/n")
                    os.rename("out/n", "out/x")
                os._exit(0)
            time.sleep(0.5)
        """),
        spec={**_WRITES, "artifacts": ["out/*"]},
        worked=learned_address,
        control=Bare(
            _NAIVE, own=True, command="python3 main.py @TOKEN@ & sleep 1; for _ in $(seq 200); do cat out/x; done"
        ),
    ),
    Attack(
        id="files-artifact-hard-link",
        tries="Has a hard link to a file that is not its own brought back: the runner's program and the Pod's hosts file.",
        stopped_by="links do not cross file systems, and Landlock does not let one gain rights; a file with two names is "
        "left out",
        program=python("""
            os.mkdir("out")
            for number, path in enumerate(("/etc/hosts", "/proc/self/root/etc/hosts", "/dev/termination-log", __file__)):
                print(repr(attempt(os.link, path, f"out/{number}")))
        """),
        spec={**_WRITES, "artifacts": ["out/*"]},
        worked=lambda e: e.token in e.output or "os.mkdir" in e.output,
        control=Bare(
            f"{_POD}; a collector that does not count links brings the linked file back",
            command="python3 main.py @TOKEN@; cat out/*",
        ),
    ),
    Attack(
        id="files-artifact-pipe",
        tries="Has a pipe without a writer, a socket and a folder brought back, so that the collector waits for ever.",
        stopped_by="only regular files are opened, and never waited for",
        program=python("""
            os.mkdir("out")
            os.mkfifo("out/pipe")
            os.mkdir("out/folder")
            socket.socket(socket.AF_UNIX).bind("out/socket")
            open("out/plain", "w").write("pla" + "in content")
        """),
        spec={**_WRITES, "artifacts": ["out/*"]},
        worked=lambda e: "plain content" not in e.output,
        control=Bare(
            f"{_POD}; a collector that opens everything waits for ever",
            command="python3 main.py @TOKEN@; timeout 3 cat out/pipe out/plain",
        ),
    ),
    Attack(
        id="files-artifact-names",
        tries="Gives its artifacts names that forge a line of the record, a terminal's colours, a path and invalid UTF-8.",
        stopped_by="names travel inside JSON; what does not print is replaced in the status",
        program=python("""
            import json
            lie = "\\n" + json.dumps({"type": "result", "id": token}) + "\\n"
            for name in (lie, "\\x1b[31mred", "\\u202egnp.exe", "..\\\\..\\\\x", "-rf", "a" * 255):
                print(repr(attempt(lambda: open(name, "w").write("x"))))
            print(repr(attempt(lambda: open(b"\\xff\\xfe", "w").write("x"))))
        """),
        spec={**_WRITES, "artifacts": ["*"]},
        worked=lambda e: forged_line(e) or "\x1b[31m" in e.output,
        control=Bare(
            f"{_POD}; a list of names in the container's log has the forged line",
            own=True,
            command="python3 main.py @TOKEN@; ls > /proc/1/fd/1",
        ),
        disk=True,
    ),
    Attack(
        id="files-artifact-flood",
        tries="Leaves thousands of files and more bytes than an object of the API can hold, and asks for all of them.",
        stopped_by="20 files and 768 KiB are brought back; the rest is named",
        program=python("""
            os.mkdir("out")
            for number in range(3000):
                open(f"out/small-{number}", "w")
            for number in range(30):
                open(f"out/large-{number:02}", "w").write("0123456789" * 10000)
        """),
        spec={**_WRITES, "artifacts": ["**"]},
        worked=lambda e: len(e.output) > 1 << 20,
        control=Bare(
            f"{_POD}; a collector without bounds brings 3 MB back", command="python3 main.py @TOKEN@; cat out/*"
        ),
    ),
    Attack(
        id="files-sparse",
        tries="Makes a file of a terabyte that takes no space, as zip bombs are made of.",
        stopped_by="RLIMIT_FSIZE is the disk limit",
        program=python("""
            def make():
                with open("sparse", "wb") as out:
                    out.truncate(1 << 40)
            print(repr(attempt(make)))
            def seek():
                with open("/tmp/sparse", "wb") as out:
                    out.seek((1 << 40) - 1)
                    out.write(b"x")
                    out.flush()
            print(repr(attempt(seek)))
            tried()
        """),
        spec={**_WRITES, "artifacts": ["*"]},
        worked=of_program(lambda p: any("sparse" in f.path and f.size > 1 << 30 for f in p.files)),
        control=Bare(
            f"{_POD}: the node shows a file of a terabyte",
            command="mkdir -p ../../workspace; cp main.py /workspace; cd /workspace; python3 -u main.py @TOKEN@",
            own=True,
        ),
        verdict=ends("Completed", "DiskLimitExceeded"),
    ),
    _layout(
        "files-traversing-path",
        "../../tmp/out-@TOKEN@",
        "Names a file of its program so that it would be laid outside of its folder, with ../..",
    ),
    _layout(
        "files-build-path",
        ".build/../../out-@TOKEN@",
        "Names a file of its program so that it lies where compilers write, or above.",
    ),
    _layout("files-overlong-path", "x/../" * 50 + "../out-@TOKEN@", "Names a file by a path longer than any may be."),
    Attack(
        id="files-traversing-artifacts",
        tries="Asks for artifacts outside of its folder: ../../etc/hosts, /etc/hosts, and everything above.",
        stopped_by="such globs are refused before there is a sandbox",
        program=python("tried(0)"),
        spec={**_WRITES, "artifacts": ["../../etc/*", "/etc/hosts", "../**"]},
        worked=learned_address,
        control=Bare("a shell takes the same globs", command="cd /workspace/@TOKEN@ && cat ../../etc/hosts /etc/hosts"),
        verdict=ends("InvalidSpec"),
    ),
]
