import _posixsubprocess as quiet

start = quiet.fork_exec
print(start)
