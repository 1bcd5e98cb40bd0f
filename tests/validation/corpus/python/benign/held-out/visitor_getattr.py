class Visitor:
    def visit(self, kind, value):
        return getattr(self, "visit_" + kind, self.other)(value)

    def visit_number(self, value):
        return value + 1

    def other(self, value):
        return value


print(Visitor().visit("number", 1), Visitor().visit("text", "x"))
