from dataclasses import dataclass


@dataclass
class Machine:
    system: str
    exec: int = 0
    socket: str = ""


m = Machine("a", exec=3)
m.socket = "b"
print(m.system, m.exec, m.socket)
