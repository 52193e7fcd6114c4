"""Lays the artists of a table out with t-SNE of scikit-learn, with all its defaults."""

import csv

import numpy
from lines import measured, serve, setup
from sklearn.manifold import TSNE


def matrix(table):
    """Artists that have genres x genres in the order of their names."""
    with open(table, encoding="utf-8", newline="") as rows:
        artists = [row["genres"].split("|") for row in csv.DictReader(rows) if row["genres"]]
    columns = {genre: column for column, genre in enumerate(sorted(set().union(*artists)))}
    found = numpy.zeros((len(artists), len(columns)))
    for row, genres in enumerate(artists):
        found[row, [columns[genre] for genre in genres]] = 1
    return found


def main():
    wanted = setup()
    artists = matrix(wanted["table"])

    def lay_out():
        TSNE(n_components=wanted["dimensions"], random_state=0).fit_transform(artists)
        return 1

    serve(lambda: measured(lay_out))


main()
