class Machine:
    step = exec


Machine.step("print(1)")
