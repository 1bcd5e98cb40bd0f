exec(open("notes.txt").read())
