from code import InteractiveInterpreter

InteractiveInterpreter().runsource("print(1)")
