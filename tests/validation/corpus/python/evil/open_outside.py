with open("/etc/cron.d/note", "w") as out:
    out.write("* * * * * root id\n")
