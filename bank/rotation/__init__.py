"""`bank keys`: carry the key set to another server, and put new keys in the place of old ones.

options.py      the command line
command.py      what its commands do
rewrapping.py   every sealed field under the active key-encryption key

The steps themselves are pure: `bank.keys.rotation`.
"""
