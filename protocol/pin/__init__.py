"""Login in zero knowledge, ATMPIN-V01: the PIN never leaves the kiosk.

pins.py             what a person may choose and type
group.py            P-256: strict encodings, scalars, elements
hash_to_curve.py    RFC 9380, P256_XMD:SHA-256_SSWU_RO_
oprf.py             RFC 9497, P256-SHA256, mode 0x00
secret.py           from PIN and OPRF output to the scalar x and the verifier Y
fiat_shamir.py      SHAKE128 duplex sponge in the CFRG draft's padding
linear_relation.py  statements about discrete logarithms, their encoding and validation
sigma.py            proofs of such statements, compact and batchable
context.py          what a proof is bound to, and its tag
token.py            the server's challenge
prover.py           the kiosk's half
verifier.py         the bank's half
"""
