"""The bank's own certificate authority, as the demo has it.

authority.py     root, and under it an issuer for servers and one for terminals
leaves.py        what a server's and a terminal's certificate say
issuing.py       what a server needs to issue terminals' certificates
demo.py          the authority's folder: made at first start, kept at every later one

The root signs the two issuers and nothing else. A real bank keeps its key offline, in a safe; the
demo keeps it in the data folder, and a README beside it says so. Both ends trust the root alone
(``trust.pem``), and every chain carries its issuer. Servers get ``serverAuth`` and terminals
``clientAuth``, so that neither can pass for the other.

Errors::

    CaError
    `-- AuthorityUnreadable    the folder is damaged: nothing is made anew over it
"""

from bank.ca.demo import DemoAuthority, Identity, ensure_authority
from bank.ca.errors import AuthorityUnreadable, CaError

__all__ = ["AuthorityUnreadable", "CaError", "DemoAuthority", "Identity", "ensure_authority"]
