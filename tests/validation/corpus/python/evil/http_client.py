from http.client import HTTPConnection

HTTPConnection("127.0.0.1").request("GET", "/")
