import requests as r

(r.get)("http://127.0.0.1/")
