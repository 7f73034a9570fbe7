"""The teller's desktop: find a customer, sign one up, read accounts, open and close them.

fingers.py pictures of fingers, and the desk's reader
desk.py    what a teller can do, as blocking calls without Qt
words.py   what went wrong, in sentences
seat.py    who sits there, fingers, PINs, and calls off the window's thread
signup.py  a new customer; reset.py a new PIN for one who forgot it
model.py   the desk for QML: facts and verbs
app.py     the window; cli.py the command ``main.py teller``
"""
