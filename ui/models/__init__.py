"""View models: thin QObjects that turn a screen's facts into words for QML, and touches into events.

One class a screen (`<Screen>Facts`), made anew for every `View`; `kiosk.Kiosk` holds the one that is
shown and the verbs. None of them ever holds a digit of a PIN.
"""
