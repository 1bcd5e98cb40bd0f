# -*- coding: utf-7 -*-
# +AAo-import os
# +AAo-os.system("id")
print("done")
