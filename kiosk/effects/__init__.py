"""How effects are carried out: one module a subject, each blocking, on a worker thread.

``ports`` says what is needed of bank and cash, ``perform`` sends an effect to its module. A
failed call is an answer to the session (``failures``), never an exception.
"""
