"""Taking over files of other programs: columns matched on screen, checked whole, all of it or nothing.

Each app gives the `Subject`s that it knows of; config/urls.py names them all.
"""
