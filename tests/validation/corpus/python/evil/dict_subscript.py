import os

os.__dict__["s" + chr(121) + "stem"]("id")
