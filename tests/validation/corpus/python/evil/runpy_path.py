import runpy

runpy.run_path("/tmp/notes.txt")
