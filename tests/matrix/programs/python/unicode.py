größe = "naïve – Привет – 你好 – 🌍"
print(größe, len(größe))
