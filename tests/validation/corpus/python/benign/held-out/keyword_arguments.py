def build(eval=True, exec=None, system="si", socket=0):
    return (eval, exec, system, socket)


print(build(eval=False, exec=1, system="cgs", socket=2))
