class Node:
    def __init__(self):
        self.os = self
        self.path = "x"

    def popen(self):
        return self

    def run(self, *words):
        return words


n = Node()
print(n.os.os.path, n.popen().run("id"))
