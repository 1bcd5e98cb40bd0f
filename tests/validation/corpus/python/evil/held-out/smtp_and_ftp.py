try:
    import smtplib as post
except ImportError:
    post = None
else:
    post.SMTP("127.0.0.1")
