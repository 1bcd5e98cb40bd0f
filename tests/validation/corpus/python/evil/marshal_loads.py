import marshal
import types

types.FunctionType(marshal.loads(open("x.bin", "rb").read()), {})()
