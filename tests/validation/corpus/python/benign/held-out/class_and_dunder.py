class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return f"{type(self).__name__}({self.x}, {self.y})"

    def __eq__(self, other):
        return self.__class__ is other.__class__ and (self.x, self.y) == (other.x, other.y)


if __name__ == "__main__":
    print(Point(1, 2) == Point(1, 2), Point.__doc__, Point(1, 2))
