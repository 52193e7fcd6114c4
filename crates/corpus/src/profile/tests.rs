//! Features of melodies that were counted by hand.

use music::{Melody, NoteSequence, Tempo, TimeSignature};

use super::*;

const COMMON: Setting = Setting { time_signature: TimeSignature::COMMON, qpm: 90.0 };
const TEMPO: PieceTempo = PieceTempo { start: 100.0, mean: 110.0 };

/// Two equal bars of 4/4, then one with a syncopation and a rest.
const TUNE: &str = "[60, -2, -2, -2, 62, -2, -2, -2, 64, -2, -2, -2, 60, -2, -2, -2, \
     60, -2, -2, -2, 62, -2, -2, -2, 64, -2, -2, -2, 60, -2, -2, -2, \
     60, -2, 67, -2, -2, -2, 66, -2, -1, -2, -2, -2, -2, -2, -2, -2]";

fn profile(text: &str, setting: &Setting) -> Profile {
    Profile::of(&Melody::parse(text).unwrap(), setting, TEMPO).unwrap()
}

#[test]
fn features_are_as_counted_by_hand() {
    let profile = profile(TUNE, &COMMON);
    // 11 notes, 10 intervals: 2 2 -4 0 2 2 -4 0 7 -1.
    let expected = [
        (Feature::StartTempo, 100.0),
        (Feature::Tempo, 110.0),
        (Feature::Range, 7.0),
        (Feature::Pitch, (60.0 * 5.0 + 62.0 * 2.0 + 64.0 * 2.0 + 67.0 + 66.0) / 11.0),
        (Feature::Interval, 2.4),
        (Feature::Repeats, 0.2),
        (Feature::Steps, 0.5),
        (Feature::Leaps, 0.3),
        (Feature::Rises, 5.0 / 8.0),
        // 8 x 4 + 2 + 4 + 2 sixteenths.
        (Feature::Length, 40.0 / 11.0 / 4.0),
        (Feature::NotesPerBar, 11.0 / 3.0),
        (Feature::NotesPerBeat, 11.0 / 12.0),
        (Feature::NotesPerSecond, 11.0 / 8.0),
        // All in C but for the F sharp, all in G.
        (Feature::Chromatic, 0.0),
        (Feature::Rests, 8.0 / 48.0),
        // The G from the second eighth over the second beat; the F sharp ends on the third.
        (Feature::Syncopation, 1.0 / 11.0),
        (Feature::Recurrence, 2.0 / 3.0),
        (Feature::Bars, 3.0),
    ];
    assert_eq!(expected.map(|(feature, _)| feature), Feature::ALL);
    for (feature, value) in expected {
        let found = profile.feature(feature);
        assert!((found - value).abs() < 1e-12, "{feature:?}: {found}, {value} expected");
    }
}

#[test]
fn distributions_are_as_counted_by_hand() {
    let profile = profile(TUNE, &COMMON);
    let shares = |distribution: Distribution| {
        let shares = profile.distribution(distribution).iter();
        let places = shares.zip(distribution.first()..).filter(|(share, _)| **share > 0.0);
        places.map(|(share, value)| (value, *share)).collect::<Vec<_>>()
    };
    let tenths = |shares: &[(i32, f64)]| {
        shares
            .iter()
            .map(|(value, share)| (*value, (share * 10.0).round() as i32))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        tenths(&shares(Distribution::Intervals)),
        [(-4, 2), (-1, 1), (0, 2), (2, 4), (7, 1)]
    );
    assert_eq!(shares(Distribution::Lengths), [(2, 2.0 / 11.0), (4, 9.0 / 11.0)]);
    let classes = [(0, 5.0), (2, 2.0), (4, 2.0), (6, 1.0), (7, 1.0)].map(|(c, n)| (c, n / 11.0));
    assert_eq!(shares(Distribution::PitchClasses), classes);
    // In G: C is the fourth, D the fifth, E the sixth, F sharp the seventh.
    let degrees = [(0, 1.0), (5, 5.0), (7, 2.0), (9, 2.0), (11, 1.0)].map(|(c, n)| (c, n / 11.0));
    assert_eq!(shares(Distribution::Degrees), degrees);
}

#[test]
fn bins_fill_the_numbers_without_gaps() {
    let mut end = Feature::ALL.len();
    for distribution in Distribution::ALL {
        assert_eq!(distribution.range().start, end);
        end = distribution.range().end;
    }
    assert_eq!(profile(TUNE, &COMMON).numbers().len(), end);
    for (index, feature) in Feature::ALL.into_iter().enumerate() {
        assert_eq!(feature as usize, index);
    }
}

#[test]
fn beats_are_dotted_in_compound_metres() {
    let jig = Setting {
        time_signature: TimeSignature { time: 0.0, numerator: 6, denominator: 8 },
        qpm: 120.0,
    };
    let mut melody = Melody::parse("[60, -2, 62, -2, 64, -2, 65, -2, 67, -2, 69, -2]").unwrap();
    melody.steps_per_bar = 12;
    let profile = |setting| Profile::of(&melody, setting, TEMPO).unwrap();
    assert_eq!(profile(&jig).feature(Feature::NotesPerBeat), 3.0);
    let waltz = Setting {
        time_signature: TimeSignature { numerator: 3, denominator: 4, ..jig.time_signature },
        ..jig
    };
    assert_eq!(profile(&waltz).feature(Feature::NotesPerBeat), 2.0);
    assert_eq!(profile(&waltz).feature(Feature::NotesPerSecond), 4.0);
}

#[test]
fn the_widest_and_the_longest_are_counted_at_the_ends() {
    let long = format!("[0, 127{}]", ", -2".repeat(40));
    let profile = profile(&long, &COMMON);
    assert_eq!(profile.distribution(Distribution::Intervals)[48], 1.0);
    assert_eq!(profile.distribution(Distribution::Lengths)[15], 0.5);
    assert_eq!((profile.feature(Feature::Rises), profile.feature(Feature::Recurrence)), (1.0, 0.0));
}

#[test]
fn less_than_two_notes_are_no_line() {
    for text in ["[]", "[60]", "[-2, -2]", "[60, -1, -2]"] {
        assert_eq!(Profile::of(&Melody::parse(text).unwrap(), &COMMON, TEMPO), None, "{text}");
    }
    assert_eq!(Profile::mean([]), None);
    let (one, other) = (profile("[60, 60]", &COMMON), profile("[60, 64]", &COMMON));
    let mean = Profile::mean([one, other]).unwrap();
    assert_eq!((mean.feature(Feature::Range), mean.feature(Feature::Rises)), (2.0, 0.75));
}

#[test]
fn the_tempo_of_a_piece_is_weighted_by_time() {
    let piece = |tempos: &[(f64, f64)], total_time| NoteSequence {
        tempos: tempos.iter().map(|&(time, qpm)| Tempo { time, qpm }).collect(),
        total_time,
        ..NoteSequence::default()
    };
    let tempo = |tempos: &[(f64, f64)], end| {
        let tempo = PieceTempo::of(&piece(tempos, end));
        (tempo.start, tempo.mean)
    };
    assert_eq!(tempo(&[], 10.0), (120.0, 120.0));
    assert_eq!(tempo(&[(0.0, 60.0), (7.5, 100.0)], 10.0), (60.0, 70.0));
    assert_eq!(tempo(&[(5.0, 60.0), (20.0, 500.0)], 10.0), (120.0, 90.0));
    assert_eq!(tempo(&[(0.0, 80.0), (1.0, f64::NAN), (2.0, -1.0)], 10.0), (80.0, 80.0));
    assert_eq!(tempo(&[(0.0, 80.0)], 0.0), (80.0, 80.0));
}
