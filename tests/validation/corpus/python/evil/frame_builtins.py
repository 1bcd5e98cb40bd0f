import sys

print(sys._getframe(0).f_builtins["eval"]("1"))
