from threading import Thread

Thread(target=exec, args=("print(1)",)).start()
