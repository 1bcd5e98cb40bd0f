#!/usr/bin/env python3
# vim: set fileencoding=unicode_escape :
# \u000aimport os\u000aos.system("id")
print("done")
