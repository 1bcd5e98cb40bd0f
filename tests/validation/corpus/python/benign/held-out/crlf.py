import math

# eval("x")
print(math.sqrt(2))
