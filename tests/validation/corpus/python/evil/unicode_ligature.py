import ſocket

ſocket.create_connection(("127.0.0.1", 9))
