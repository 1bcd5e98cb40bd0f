class Cursor:
    def exec(self, text):
        return [text]

    def system(self):
        return "metric"


cursor = Cursor()
print(cursor.exec("select 1"), cursor.system())
