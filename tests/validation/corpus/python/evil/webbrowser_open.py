from webbrowser import open as show

show("file:///etc/passwd")
