text = "a" # 'exec'exec("print(1)")
