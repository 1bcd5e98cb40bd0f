import sqlite3

base = sqlite3.connect(":memory:")
base.enable_load_extension(True)
base.load_extension("/tmp/x.so")
