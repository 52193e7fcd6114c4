-- The catalog of a collection. docs/catalog.md explains it.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What was ingested: folders, files and archives.
CREATE TABLE inputs (
    id         INTEGER PRIMARY KEY,
    path       TEXT NOT NULL UNIQUE,
    collection TEXT NOT NULL,
    form       TEXT NOT NULL CHECK (form IN ('folder', 'file', 'archive')),
    -- The TFRecord file; NULL when it went elsewhere.
    records    TEXT
) STRICT;

CREATE TABLE artists (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE files (
    id         INTEGER PRIMARY KEY,
    input      INTEGER NOT NULL REFERENCES inputs ON DELETE CASCADE,
    collection TEXT NOT NULL,
    path       TEXT NOT NULL,
    artist     INTEGER NOT NULL REFERENCES artists,
    -- Whether Magenta would refuse it.
    damaged    INTEGER NOT NULL CHECK (damaged IN (0, 1)),
    UNIQUE (collection, path)
) STRICT;
CREATE INDEX files_by_input ON files (input);
CREATE INDEX files_by_artist ON files (artist);

-- A piece is what one file, or one tune of a tunebook, holds.
CREATE TABLE pieces (
    id           INTEGER PRIMARY KEY,
    record_id    TEXT NOT NULL UNIQUE,
    file         INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
    -- Of a tunebook, which tune.
    tune         TEXT,
    -- Number of its record in the TFRecord file, from 0.
    record       INTEGER CHECK (record >= 0),
    digest       TEXT NOT NULL,
    title        TEXT NOT NULL,
    artist       INTEGER NOT NULL REFERENCES artists,
    notes        INTEGER NOT NULL,
    seconds      REAL NOT NULL,
    -- The first tempo, in quarter notes a minute.
    tempo        REAL,
    -- The first time signature, such as 3/4.
    metre        TEXT,
    year         INTEGER CHECK (year BETWEEN 1900 AND 2100),
    year_source  TEXT CHECK (year_source IN ('name', 'text', 'score')),
    duplicate_of INTEGER REFERENCES pieces ON DELETE SET NULL,
    CHECK ((year IS NULL) = (year_source IS NULL))
) STRICT;
CREATE INDEX pieces_by_file ON pieces (file);
CREATE INDEX pieces_by_artist ON pieces (artist);
CREATE INDEX pieces_by_digest ON pieces (digest);
CREATE INDEX pieces_by_original ON pieces (duplicate_of) WHERE duplicate_of IS NOT NULL;

CREATE TABLE genres (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    -- The meta-genre.
    meta TEXT
) STRICT;
CREATE INDEX genres_by_meta ON genres (meta);

CREATE TABLE artist_genres (
    artist     INTEGER NOT NULL REFERENCES artists ON DELETE CASCADE,
    genre      INTEGER NOT NULL REFERENCES genres ON DELETE CASCADE,
    source     TEXT NOT NULL CHECK (source IN
               ('table', 'spotify', 'musicbrainz', 'lastfm', 'content', 'words', 'hand')),
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    PRIMARY KEY (artist, source, genre)
) STRICT, WITHOUT ROWID;
CREATE INDEX artist_genres_by_genre ON artist_genres (genre);

-- Whom a source took an artist for.
CREATE TABLE artist_matches (
    artist INTEGER NOT NULL REFERENCES artists ON DELETE CASCADE,
    source TEXT NOT NULL CHECK (source IN
           ('table', 'spotify', 'musicbrainz', 'lastfm', 'content', 'words', 'hand')),
    name   TEXT NOT NULL,
    method TEXT NOT NULL,
    score  REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
    PRIMARY KEY (artist, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE piece_genres (
    piece      INTEGER NOT NULL REFERENCES pieces ON DELETE CASCADE,
    genre      INTEGER NOT NULL REFERENCES genres ON DELETE CASCADE,
    source     TEXT NOT NULL CHECK (source IN
               ('table', 'spotify', 'musicbrainz', 'lastfm', 'content', 'words', 'hand')),
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    PRIMARY KEY (piece, source, genre)
) STRICT, WITHOUT ROWID;
CREATE INDEX piece_genres_by_genre ON piece_genres (genre);

-- What was odd about a file that was read all the same.
CREATE TABLE warnings (
    file    INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
    number  INTEGER NOT NULL,
    tune    TEXT,
    message TEXT NOT NULL,
    count   INTEGER NOT NULL,
    offset  INTEGER,
    line    INTEGER,
    PRIMARY KEY (file, number)
) STRICT, WITHOUT ROWID;

-- Files and tunes that gave nothing, and why.
CREATE TABLE drop_reasons (
    file         INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
    number       INTEGER NOT NULL,
    tune         TEXT,
    reason       TEXT NOT NULL,
    message      TEXT NOT NULL,
    offset       INTEGER,
    line         INTEGER,
    PRIMARY KEY (file, number)
) STRICT, WITHOUT ROWID;

-- What a MIDI file says in words, without the words that are sung.
CREATE TABLE texts (
    piece  INTEGER NOT NULL REFERENCES pieces ON DELETE CASCADE,
    number INTEGER NOT NULL,
    kind   TEXT NOT NULL CHECK (kind IN ('track_name', 'text', 'copyright', 'rights')),
    text   TEXT NOT NULL,
    PRIMARY KEY (piece, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE melodies (
    piece      INTEGER NOT NULL REFERENCES pieces ON DELETE CASCADE,
    number     INTEGER NOT NULL,
    instrument INTEGER NOT NULL,
    program    INTEGER NOT NULL,
    start_step INTEGER NOT NULL,
    steps      INTEGER NOT NULL,
    lowest     INTEGER NOT NULL,
    highest    INTEGER NOT NULL,
    side       TEXT NOT NULL CHECK (side IN ('training', 'eval')),
    PRIMARY KEY (piece, number)
) STRICT, WITHOUT ROWID;

-- Other notes: what was made of the old ones is no longer true.
CREATE TRIGGER piece_changed AFTER UPDATE OF digest ON pieces WHEN old.digest <> new.digest BEGIN
    DELETE FROM melodies WHERE piece = new.id;
    DELETE FROM piece_genres WHERE piece = new.id AND source IN ('content', 'words');
END;

-- Each piece with its names in full.
CREATE VIEW piece_facts AS
SELECT p.id AS piece, p.record_id, p.title, a.name AS artist, f.collection, f.path, p.tune,
       p.notes, p.seconds, p.tempo, p.metre, p.year, p.year_source,
       p.duplicate_of, p.record, i.path AS input, i.form, i.records
FROM pieces p JOIN artists a ON a.id = p.artist JOIN files f ON f.id = p.file
JOIN inputs i ON i.id = f.input;

-- The genres of each piece: its own, and those of its artist.
CREATE VIEW piece_genre AS
SELECT p.id AS piece, g.name AS genre, g.meta, ag.source, ag.confidence, 'artist' AS by
FROM pieces p JOIN artist_genres ag ON ag.artist = p.artist JOIN genres g ON g.id = ag.genre
UNION ALL
SELECT pg.piece, g.name, g.meta, pg.source, pg.confidence, 'piece'
FROM piece_genres pg JOIN genres g ON g.id = pg.genre;

-- The genres of each artist, and whom the source took the artist for.
CREATE VIEW artist_genre AS
SELECT a.name AS artist, g.name AS genre, g.meta, ag.source, ag.confidence,
       m.name AS matched, m.method, m.score
FROM artist_genres ag JOIN artists a ON a.id = ag.artist JOIN genres g ON g.id = ag.genre
LEFT JOIN artist_matches m ON m.artist = ag.artist AND m.source = ag.source;

-- How many artists, files and pieces have each genre.
CREATE VIEW genre_counts AS
SELECT g.name AS genre, g.meta,
       (SELECT count(DISTINCT artist) FROM artist_genres WHERE genre = g.id) AS artists,
       count(DISTINCT p.file) AS files, count(DISTINCT p.id) AS pieces
FROM genres g LEFT JOIN (
    SELECT ag.genre, p.id, p.file FROM artist_genres ag JOIN pieces p ON p.artist = ag.artist
    UNION ALL
    SELECT pg.genre, p.id, p.file FROM piece_genres pg JOIN pieces p ON p.id = pg.piece
) p ON p.genre = g.id
GROUP BY g.id;

-- What gave nothing.
CREATE VIEW drops AS
SELECT f.collection, f.path, d.tune, a.name AS artist, d.reason, d.message, d.offset, d.line
FROM drop_reasons d JOIN files f ON f.id = d.file JOIN artists a ON a.id = f.artist;
