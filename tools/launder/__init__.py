"""tools/launder/__init__.py - what the commands of tools/ are made of.

A command such as tools/run imports main() from the module of its name; tests
import the modules as they are.
"""
import os

TOOLS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOP = os.path.dirname(TOOLS)
