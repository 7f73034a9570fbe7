"""The bank's HTTP interface: how a request is read, limited and answered.

state.py      what every handler has: configuration, keys, database, terminals
app.py        all routers in one ASGI application
peer.py       which terminal speaks, from its TLS certificate
bodies.py     strict reading of a body within a limit, and the answer's bytes
problems.py   RFC 9457 bodies for every answer that is not 2xx
admission.py  request ids, how much at once, how often a terminal
document.py   the OpenAPI document, complete with its errors
health.py     /healthz and /readyz

The subjects' own paths lie with them: `bank/<part>/routes.py`, each with a `router`.
"""
