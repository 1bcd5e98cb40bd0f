class Boom(Exception):
    pass


raise Boom("gone off")
