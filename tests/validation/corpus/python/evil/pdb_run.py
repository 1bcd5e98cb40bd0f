import pdb

pdb.run("print(1)")
