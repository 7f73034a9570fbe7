"""A cash device without hardware: a process with durable counters and faults on demand.

``dispenser`` and ``acceptor`` are the mechanics as pure functions over ``state``; ``server`` is the
process around them. Its counters, never the kiosk's, are the evidence of the fault matrix.
"""
