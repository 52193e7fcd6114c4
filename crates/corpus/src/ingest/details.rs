//! What a catalog knows of a piece beyond the report.

use formats::{Text, TextKind};
use music::NoteSequence;

use crate::NoteDigest;
use crate::year::{year_in_claim, year_in_path};

/// What a catalog knows of a piece beyond the report.
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// Id of its record.
    pub id: String,
    /// What makes its copies the same.
    pub digest: NoteDigest,
    /// The first tempo, in quarter notes a minute; none if the piece has none.
    pub tempo: Option<f64>,
    /// The first time signature, such as `3/4`; none if the piece has none.
    pub metre: Option<String>,
    /// The year, and where it is from.
    pub year: Option<(u16, YearSource)>,
    /// What the file says in words.
    pub texts: Vec<Text>,
}

/// Where the year of a piece is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearSource {
    /// The name of its file or folder.
    Name,
    /// A copyright that a MIDI file claims.
    Text,
    /// The rights that a score tells of.
    Score,
}

impl YearSource {
    /// The word for it in the catalog.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Text => "text",
            Self::Score => "score",
        }
    }
}

impl Details {
    /// What there is to know of a piece from the file at `path`, in which these texts are.
    pub(super) fn of(
        sequence: &NoteSequence,
        digest: NoteDigest,
        path: &str,
        texts: Vec<Text>,
    ) -> Self {
        let metre = sequence.time_signatures.first();
        let year = year_in_path(path).map(|year| (year, YearSource::Name));
        Self {
            id: sequence.id.clone(),
            digest,
            tempo: sequence.tempos.first().map(|tempo| tempo.qpm),
            metre: metre.map(|metre| format!("{}/{}", metre.numerator, metre.denominator)),
            year: year.or_else(|| year_of(&texts)),
            texts,
        }
    }
}

/// The earliest year that a text claims.
fn year_of(texts: &[Text]) -> Option<(u16, YearSource)> {
    let claims = texts.iter().filter(|text| text.kind != TextKind::TrackName);
    let years = claims.filter_map(|Text { kind, text }| {
        let is_claim = matches!(kind, TextKind::Copyright | TextKind::Rights);
        let source = if *kind == TextKind::Rights { YearSource::Score } else { YearSource::Text };
        Some((year_in_claim(text, is_claim)?, source))
    });
    years.min_by_key(|(year, _)| *year)
}
