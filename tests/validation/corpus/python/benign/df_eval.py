def narrow(frame):
    return frame.eval("a + b").query("a > 1")


class Model:
    training = True

    def eval(self):
        self.training = False
        return self


print(Model().eval().training)
