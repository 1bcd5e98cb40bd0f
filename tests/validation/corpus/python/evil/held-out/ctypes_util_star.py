from ctypes import *

libc = cdll.LoadLibrary("libc.so.6")
libc.system(b"id")
