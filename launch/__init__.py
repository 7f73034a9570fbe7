"""Setting up, starting, supervising and stopping the parts; the doors of ``main.py``.

``front_door`` and ``environment`` run before anything is installed: standard library only.

Errors::

    LaunchError                   one sentence for the user; the program ends with its status
    +-- EnvironmentNotReady       set-up cannot go on: the sentence says what to do
    +-- FolderInUse               another live instance has the data folder
    `-- PortTaken                 a stranger listens where we were told to
"""
