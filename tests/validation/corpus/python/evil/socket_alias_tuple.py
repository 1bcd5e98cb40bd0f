import math, socket as tower, json

tower.create_connection(("127.0.0.1", 80))
