import _ctypes

_ctypes.dlopen("libc.so.6", 2)
