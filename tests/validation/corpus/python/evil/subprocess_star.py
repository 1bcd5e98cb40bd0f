from subprocess import *

child = Popen(["id"])
child.wait()
