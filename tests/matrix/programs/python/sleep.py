import time

print("asleep")
time.sleep(60)
