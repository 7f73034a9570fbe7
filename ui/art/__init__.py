"""The line language of the screens: curves are plain functions, painted items draw them.

`guilloche` and `ridges` return points and know no Qt; `items` turns them into Qt Quick items.
"""
