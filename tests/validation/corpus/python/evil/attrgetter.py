from operator import attrgetter
import glob

attrgetter(".".join(["os", "sys" + "tem"]))(glob)("id")
