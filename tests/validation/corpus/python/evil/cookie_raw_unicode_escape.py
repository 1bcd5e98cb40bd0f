# coding: raw_unicode_escape
print(\u0065\u0076\u0061\u006c("1"))
