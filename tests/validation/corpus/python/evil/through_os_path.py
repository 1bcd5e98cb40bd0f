import os.path as names

names.os.system("id")
