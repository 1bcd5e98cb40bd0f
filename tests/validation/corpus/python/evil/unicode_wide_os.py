import ｏｓ

ｏｓ.ｓystem("id")
