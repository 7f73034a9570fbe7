"""The bodies of the bank's HTTP interface, one module a subject.

Every model is frozen and refuses unknown members, so that a misspelt field is an error at the
end that made it and never a silent default at the other. Byte strings travel as base64url
without padding (``Bytes16``, ``Bytes32`` and so on are checked for length and for the one
canonical spelling); money is an integer of minor units; times are whole Unix seconds by the
primary database's clock.
"""
