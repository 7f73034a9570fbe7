"""The teller's desktop: find a customer, sign one up, read accounts, open and close them.

fingers.py pictures of fingers, and the desk's reader
desk.py    what a teller can do, as blocking calls without Qt
words.py   what went wrong, in sentences
model.py   the same for QML: facts and verbs
app.py     the window; cli.py the command ``main.py teller``
"""
