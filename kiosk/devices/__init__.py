"""Cash devices: what they are asked and what they know, after the verbs of XFS4IoT.

``port`` is what a transaction needs of a device, ``status`` what a device says of itself,
``client`` a device behind a socket, ``simulator`` such a device without hardware, ``control`` the
hand that puts notes in and takes them out there.
"""
