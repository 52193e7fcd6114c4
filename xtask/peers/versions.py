"""Tells the versions of Python and of the packages that are asked for."""

import importlib.metadata
import platform

from lines import serve, setup


def main():
    packages = setup()
    found = {"Python": platform.python_version()}
    found.update({package: importlib.metadata.version(package) for package in packages})
    serve(lambda: {"versions": found})


main()
