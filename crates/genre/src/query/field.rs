//! What can be asked about.

/// A text that can be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextField {
    /// Name of a genre; what a word without a field stands for.
    Genre,
    /// Name of a meta-genre.
    Meta,
    /// Name of the artist.
    Artist,
    /// Title of the piece.
    Title,
    /// Where a genre came from: `table`, `content` and so on.
    Source,
    /// The first time signature, such as `3/4`.
    Metre,
}

/// A number that can be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberField {
    /// Year of the piece.
    Year,
    /// Number of notes.
    Notes,
    /// Length in seconds.
    Seconds,
    /// The first tempo, in quarter notes a minute.
    Tempo,
    /// How sure a genre is, 0 to 1.
    Confidence,
}

const TEXTS: [TextField; 6] = [
    TextField::Genre,
    TextField::Meta,
    TextField::Artist,
    TextField::Title,
    TextField::Source,
    TextField::Metre,
];

const NUMBERS: [NumberField; 5] = [
    NumberField::Year,
    NumberField::Notes,
    NumberField::Seconds,
    NumberField::Tempo,
    NumberField::Confidence,
];

impl TextField {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Genre => "genre",
            Self::Meta => "meta",
            Self::Artist => "artist",
            Self::Title => "title",
            Self::Source => "source",
            Self::Metre => "metre",
        }
    }

    /// The field that `word` names, in whatever case.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        TEXTS.into_iter().find(|field| word.eq_ignore_ascii_case(field.name()))
    }
}

impl NumberField {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Notes => "notes",
            Self::Seconds => "seconds",
            Self::Tempo => "tempo",
            Self::Confidence => "confidence",
        }
    }

    /// The field that `word` names, in whatever case.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        NUMBERS.into_iter().find(|field| word.eq_ignore_ascii_case(field.name()))
    }
}

/// All words for fields, for messages.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().map(|field| field.name()).chain(NUMBERS.iter().map(|field| field.name()))
}
