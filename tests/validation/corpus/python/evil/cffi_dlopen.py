from cffi import FFI

FFI().dlopen(None)
