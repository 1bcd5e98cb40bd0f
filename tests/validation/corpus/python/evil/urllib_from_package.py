from urllib import request as wish

wish.urlretrieve("http://127.0.0.1/", "x")
