level = "user"
if level != "none‮ ⁦# check⁩ ⁦":
    print(eval("1"))
