import heapq
from collections import defaultdict, deque


class Graph:
    def __init__(self):
        self.edges = defaultdict(list)

    def add(self, a, b, cost):
        self.edges[a].append((b, cost))
        self.edges[b].append((a, cost))

    def cheapest(self, start, goal):
        heap, done = [(0, start, (start,))], set()
        while heap:
            cost, here, path = heapq.heappop(heap)
            if here == goal:
                return cost, path
            if here in done:
                continue
            done.add(here)
            for there, step in self.edges[here]:
                heapq.heappush(heap, (cost + step, there, path + (there,)))
        raise LookupError(goal)

    def reach(self, start):
        seen, todo = {start}, deque([start])
        while todo:
            for there, _ in self.edges[todo.popleft()]:
                if there not in seen:
                    seen.add(there)
                    todo.append(there)
        return seen


g = Graph()
for a, b, c in [("a", "b", 2), ("b", "c", 2), ("a", "c", 5)]:
    g.add(a, b, c)
print(g.cheapest("a", "c"), sorted(g.reach("a")))
