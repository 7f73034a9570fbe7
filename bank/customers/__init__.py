"""Who the bank's customers are: sealed details, and how one is found without unsealing all.

details.py     names and contacts, sealed at rest
index.py       keyed hashes to search by (a blind index)
find.py        the customer behind a number, user name or phone number
store.py       writing a new customer
rules.py       the rules of identification and sign-up
forgetting.py  rows that are deleted when they are over
"""
