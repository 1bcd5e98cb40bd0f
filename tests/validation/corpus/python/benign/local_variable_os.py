def versions(os, socket):
    return f"{os}/{socket}"


for os in ["linux", "plan9"]:
    print(versions(os, "am4"), os.upper())
