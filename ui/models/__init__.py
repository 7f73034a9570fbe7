"""View models: thin QObjects between a screen's facts and QML.

One class a screen (`<Screen>Facts`), made anew for every `View`, puts the facts into words;
`kiosk.Kiosk` holds the one that is shown, and turns touches into events. None of them ever holds a
digit of a PIN.
"""
