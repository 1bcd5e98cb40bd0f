import enum


class Step(enum.Enum):
    eval = 1
    exec = 2
    fork = 3


print(Step.eval, Step["exec"], [s.name for s in Step])
