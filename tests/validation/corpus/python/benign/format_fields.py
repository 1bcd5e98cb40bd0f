import datetime

day = datetime.date(2024, 2, 29)
print("{0.year}-{0.month:02}".format(day), "{d.day}".format(d=day), "%(exec)s" % {"exec": 1})
