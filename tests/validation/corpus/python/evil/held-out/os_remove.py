from os import remove

remove("/etc/hosts")
