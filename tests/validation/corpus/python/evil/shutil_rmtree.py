import shutil

shutil.rmtree("/var/data", ignore_errors=True)
