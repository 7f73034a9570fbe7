"""Certificates for terminals: asked for by a key, released by two people, renewed by themselves.

requests.py   PKCS#10 in, PKCS#7 out: what a request must be, and what an answer is (RFC 7030)
asking.py     a new key asks, and hears: wait, refused, or its certificate
releasing.py  two people approve a key, one refuses it; terminals and certificates are denied
renewing.py   a terminal with a good certificate gets the next one at once
limits.py     how often who may ask
listener.py   the application on the port for terminals without a certificate
routes.py     what a terminal with one, and staff, may ask
reads.py      what staff see
cli.py        an administrator's own door

The terminals' own port wants a certificate in the handshake, always. Who has none yet comes to a
port of its own, where nothing else is answered, so that no other route has to tell them apart.

Errors::

    EnrolmentError
    +-- BadRequest     no PKCS#10 for a P-256 key and a terminal's name
    +-- Refused        a person has said no to this key
    +-- KeyUsed        this key has a certificate, or asked for another name: make a new one
    +-- OtherKind      the bank knows a terminal of this name, of the other kind
    +-- Full           too many wait: ask again later
    +-- NotCurrent     renewal: by a certificate that is not good, or for another name
    `-- NotIssuer      this server has no issuer's key: ask another
"""
