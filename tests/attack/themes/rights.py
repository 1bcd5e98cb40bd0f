"""Each access right opens what it names and nothing else. The same program tries all three things every time; what it may
is required, what it may not is the attack."""

from tests.attack.attack import Attack, Granted, either, executed, named, python, sent

_ALL = python("""
    def write():
        with open("made-" + token, "w") as out:
            out.write("x")
    def send():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            for _ in range(3):
                out.sendto(token.encode(), ("8.8.8.8", 9999))
    if attempt(os.fork) == 0:
        print(repr(attempt(os.execv, "/usr/bin/sleep", [token, "2"])), flush=True)
        os._exit(0)
    print(repr(attempt(write)), repr(attempt(send)))
    tried(2.5)
""")

ATTACKS = [
    Attack(
        id="rights-none",
        tries="Has no right, and writes a file, executes a command and sends a packet.",
        stopped_by="Landlock and the filter",
        program=_ALL,
        worked=either(named, executed, sent),
        control=Granted(
            "with all three rights: file, command and packet are seen",
            dict.fromkeys(("network", "filesystem", "commands"), True),
        ),
        watched=True,
    ),
    Attack(
        id="rights-network",
        tries="Has the right to the network, and writes a file and executes a command.",
        stopped_by="Landlock and the filter; its packet does go out",
        program=_ALL,
        spec={"access": {"network": True}},
        worked=either(named, executed),
        control=Granted("with the other rights too: file and command are seen", {"filesystem": True, "commands": True}),
        watched=True,
        also=sent,
    ),
    Attack(
        id="rights-filesystem",
        tries="Has the right to write files, and executes a command and sends a packet.",
        stopped_by="Landlock and the filter; its file is made",
        program=_ALL,
        spec={"access": {"filesystem": True}},
        worked=either(executed, sent),
        control=Granted("with the other rights too: command and packet are seen", {"network": True, "commands": True}),
        watched=True,
        also=named,
    ),
    Attack(
        id="rights-commands",
        tries="Has the right to execute commands, and writes a file and sends a packet.",
        stopped_by="Landlock and the filter; its command is executed",
        program=_ALL,
        spec={"access": {"commands": True}},
        worked=either(named, sent),
        control=Granted("with the other rights too: file and packet are seen", {"network": True, "filesystem": True}),
        watched=True,
        also=executed,
    ),
]
