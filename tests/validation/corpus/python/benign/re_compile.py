import re

WORD = re.compile(r"\w+")
print(WORD.findall("to be compiled"))
