import math

print(math.__spec__.loader.load_module)
