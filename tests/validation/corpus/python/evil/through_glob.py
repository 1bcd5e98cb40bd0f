import glob

glob.os.system("id")
