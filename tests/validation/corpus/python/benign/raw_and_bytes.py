PATTERN = r"\beval\("
DATA = b"os.system('id')"
TEXT = """
import os
os.system("id")  # "
exec('''x''')
"""
print(len(PATTERN), len(DATA), len(TEXT))
