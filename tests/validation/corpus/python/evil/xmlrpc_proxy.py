from xmlrpc.client import ServerProxy

ServerProxy("http://127.0.0.1/").list()
