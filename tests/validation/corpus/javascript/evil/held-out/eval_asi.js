const n = 1
;[eval][0]("1 + 1")
