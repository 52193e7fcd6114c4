"""Reads MIDI files with one of the libraries, one file after another on one thread."""

import importlib
import warnings

from lines import measured, serve, setup

READERS = {"symusic": "Score", "mido": "MidiFile", "pretty_midi": "PrettyMIDI"}


def main():
    wanted = setup()
    library = wanted["library"]
    read = getattr(importlib.import_module(library), READERS[library])
    with open(wanted["list"], encoding="utf-8") as lines:
        files = lines.read().splitlines()
    warnings.simplefilter("ignore")

    def read_all():
        done = 0
        for file in files:
            try:
                read(file)
                done += 1
            except Exception:  # A damaged file, which is part of every collection.
                pass
        return done

    serve(lambda: measured(read_all))


main()
