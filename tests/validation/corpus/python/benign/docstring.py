"""Never use eval() or os.system("rm -rf /").

>>> import subprocess
>>> subprocess.run(["id"])
"""


def safe():
    '''exec(open("x").read()) is dangerous.'''
    return 1


print(safe())
