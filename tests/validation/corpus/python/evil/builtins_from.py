from builtins import (
    len,
    exec as show,  # prints
)

show("print(1)")
