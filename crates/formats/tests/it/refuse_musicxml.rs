//! Scores that note-seq refuses, with what note-seq 0.0.3 says of them under Python 3.11.

use formats::musicxml::{Convention, ReadOptions, magenta, read};

use crate::golden::{bytes, names, sequence};
use crate::read_musicxml::{archive, note, page};

/// Measures, and whether note-seq means to refuse them, and its words. `%` stands for a note, `@` for its pitch, `$` for
/// the root of a chord.
const REFUSED: &[(bool, &str, &str)] = &[
    (true, "<note><unpitched/><duration>1</duration></note>", "Unpitched notes are not supported"),
    (
        true,
        "<attributes><time><beats>3</beats><beat-type>4</beat-type></time><time><beats>3</beats><beat-type>4</beat-type></time></attributes>",
        "Multiple time signatures",
    ),
    (
        true,
        "<attributes><time><beats>2</beats><beat-type>4</beat-type><beats>3</beats><beat-type>8</beat-type></time></attributes>%",
        "Alternating Time Signature",
    ),
    (
        false,
        "<attributes><time><senza-misura/></time></attributes>%",
        "'NoneType' object has no attribute 'text'",
    ),
    (
        true,
        "<attributes><time><beats>3+2</beats><beat-type>8</beat-type></time></attributes>%",
        "Could not parse time signature: 3+2/8",
    ),
    (
        false,
        "<attributes><time><beats></beats><beat-type>8</beat-type></time></attributes>%",
        "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
    ),
    (
        true,
        "<attributes><time><beats>3</beats><beat-type>x</beat-type></time></attributes>%",
        "Could not parse time signature: 3/x",
    ),
    (
        true,
        "<attributes><time><beats>x</beats><beat-type/></time></attributes>%",
        "Could not parse time signature: x/None",
    ),
    (
        false,
        "<attributes><time><beats>3</beats></time></attributes>%",
        "'NoneType' object has no attribute 'text'",
    ),
    (
        false,
        "<attributes><time><beats>3</beats><beat-type>0</beat-type></time></attributes>%",
        "Fraction(3, 0)",
    ),
    (
        true,
        "<attributes><key><key-step>C</key-step></key></attributes>%",
        "Could not find fifths attribute in key signature.",
    ),
    (
        false,
        "<attributes><key><fifths>x</fifths></key></attributes>%",
        "invalid literal for int() with base 10: 'x'",
    ),
    (
        false,
        "<attributes><key><fifths/></key></attributes>%",
        "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
    ),
    (false, "<attributes><key><fifths>8</fifths></key></attributes>%", "list index out of range"),
    (false, "<attributes><key><fifths>-23</fifths></key></attributes>%", "list index out of range"),
    (
        false,
        "<attributes><transpose><diatonic>1</diatonic></transpose></attributes>%",
        "'NoneType' object has no attribute 'text'",
    ),
    (
        false,
        "<attributes><transpose><chromatic>1.0</chromatic></transpose></attributes>%",
        "invalid literal for int() with base 10: '1.0'",
    ),
    (
        true,
        "<attributes><transpose><chromatic>2</chromatic></transpose></attributes><harmony>$<kind>major</kind></harmony>%",
        "Transposition of chord symbols currently unsupported",
    ),
    (
        false,
        "<attributes><divisions>1.5</divisions></attributes>%",
        "invalid literal for int() with base 10: '1.5'",
    ),
    (
        false,
        "<attributes><divisions/></attributes>%",
        "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
    ),
    (false, "<attributes><divisions>0</divisions></attributes>%", "division by zero"),
    (false, "%<attributes><divisions>0</divisions></attributes>", "Fraction(1, 0)"),
    (
        false,
        "<attributes><divisions>0</divisions></attributes><harmony>$<kind>major</kind><offset>1</offset></harmony>",
        "division by zero",
    ),
    (
        false,
        "<note>@<duration>1.5</duration><type>quarter</type></note>",
        "invalid literal for int() with base 10: '1.5'",
    ),
    (
        false,
        "<note>@<duration/><type>quarter</type></note>",
        "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
    ),
    (
        false,
        "<note>@<duration>1</duration><voice>a</voice></note>",
        "invalid literal for int() with base 10: 'a'",
    ),
    (
        false,
        "<note>@<duration>1</duration><voice/></note>",
        "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
    ),
    (
        true,
        "<note>@<duration>1</duration><type>crotchet</type></note>",
        r#"Note duration type "crotchet" is not valid"#,
    ),
    (
        true,
        "<note>@<duration>1</duration><type/></note>",
        r#"Note duration type "None" is not valid"#,
    ),
    (
        false,
        "<note>@<duration>1</duration><time-modification><actual-notes>3</actual-notes><normal-notes>0</normal-notes></time-modification></note>",
        "Fraction(3, 0)",
    ),
    (
        false,
        "<note>@<duration>1</duration><time-modification><actual-notes>0</actual-notes><normal-notes>2</normal-notes></time-modification></note>",
        "Fraction(1, 0)",
    ),
    (
        false,
        "<note>@<duration>1</duration><time-modification><normal-notes>2</normal-notes></time-modification></note>",
        "'NoneType' object has no attribute 'text'",
    ),
    (
        false,
        "<note>@<duration>1</duration><time-modification><actual-notes>x</actual-notes><normal-notes>2</normal-notes></time-modification></note>",
        "invalid literal for int() with base 10: 'x'",
    ),
    (
        true,
        "<note><pitch><step>Q</step><octave>4</octave></pitch><duration>1</duration><type>quarter</type></note>",
        "Unable to parse pitch step Q",
    ),
    (
        true,
        "<note><pitch><step>c</step><octave>4</octave></pitch><duration>1</duration><type>quarter</type></note>",
        "Unable to parse pitch step c",
    ),
    (
        false,
        "<note><pitch><octave>4</octave></pitch><duration>1</duration><type>quarter</type></note>",
        "'NoneType' object has no attribute 'text'",
    ),
    (
        false,
        "<note><pitch><step/><octave>4</octave></pitch><duration>1</duration><type>quarter</type></note>",
        "unsupported operand type(s) for +: 'NoneType' and 'str'",
    ),
    (
        false,
        "<note><pitch><step>C</step></pitch><duration>1</duration><type>quarter</type></note>",
        "'NoneType' object has no attribute 'text'",
    ),
    (
        false,
        "<note><pitch><step>C</step><octave/></pitch><duration>1</duration><type>quarter</type></note>",
        r#"can only concatenate str (not "NoneType") to str"#,
    ),
    (
        false,
        "<note><pitch><step>C</step><octave>x</octave></pitch><duration>1</duration><type>quarter</type></note>",
        "invalid literal for int() with base 10: 'x'",
    ),
    (
        false,
        "<note><pitch><step>C</step><octave>4.0</octave></pitch><duration>1</duration><type>quarter</type></note>",
        "invalid literal for int() with base 10: '4.0'",
    ),
    (
        false,
        "<note><pitch><step>C</step><alter>x</alter><octave>4</octave></pitch><duration>1</duration><type>quarter</type></note>",
        "could not convert string to float: 'x'",
    ),
    (
        false,
        "<note><pitch><step>C</step><alter>nan</alter><octave>4</octave></pitch><duration>1</duration><type>quarter</type></note>",
        "cannot convert float NaN to integer",
    ),
    (
        false,
        "<note><pitch><step>C</step><alter>inf</alter><octave>4</octave></pitch><duration>1</duration><type>quarter</type></note>",
        "cannot convert float infinity to integer",
    ),
    (
        false,
        "<note><chord/>@<duration>1</duration><type>quarter</type></note>",
        "'NoneType' object has no attribute 'note_duration'",
    ),
    (false, "<note><duration>1</duration></note>", "'NoneType' object is not subscriptable"),
    (false, "%<backup/>", "'NoneType' object has no attribute 'text'"),
    (
        false,
        "%<backup><duration>x</duration></backup>",
        "invalid literal for int() with base 10: 'x'",
    ),
    (false, "%<forward/>", "'NoneType' object has no attribute 'text'"),
    (false, "<forward/>", "'NoneType' object has no attribute 'text'"),
    (
        false,
        "<forward><duration/></forward>",
        "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
    ),
    (
        false,
        r#"<direction><sound tempo="x"/></direction>%"#,
        "could not convert string to float: 'x'",
    ),
    (
        false,
        r#"<direction><sound tempo=""/></direction>%"#,
        "could not convert string to float: ''",
    ),
    (
        false,
        r#"<direction><sound tempo="90" dynamics="70.5"/></direction>%"#,
        "invalid literal for int() with base 10: '70.5'",
    ),
    (true, "<harmony><kind>major</kind></harmony>%", "Chord symbol must have a root"),
    (
        true,
        r#"<harmony>$<kind text="q">Neapolitan</kind></harmony>%"#,
        "Unknown chord kind: Neapolitan",
    ),
    (true, "<harmony><root/><kind>major</kind></harmony>%", "Missing pitch step"),
    (
        false,
        "<harmony><root><root-step/></root><kind>major</kind></harmony>%",
        "unsupported operand type(s) for +: 'NoneType' and 'str'",
    ),
    (
        true,
        "<harmony><root><root-step>C</root-step><root-alter>x</root-alter></root><kind>major</kind></harmony>",
        "Non-integer alter: x",
    ),
    (
        true,
        "<harmony><root><root-step>C</root-step><root-alter>3</root-alter></root><kind>major</kind></harmony>",
        "Invalid alter: 3",
    ),
    (
        true,
        "<harmony><root><root-step>C</root-step><root-alter>1.0</root-alter></root><kind>major</kind></harmony>",
        "Non-integer alter: 1.0",
    ),
    (
        false,
        "<harmony><root><root-step>C</root-step><root-alter/></root><kind>major</kind></harmony>",
        "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
    ),
    (true, "<harmony>$<kind>major</kind><offset>x</offset></harmony>", "Non-integer offset: x"),
    (true, "<harmony>$<kind>major</kind><offset>0.5</offset></harmony>", "Non-integer offset: 0.5"),
    (
        false,
        "<harmony>$<kind>major</kind><offset/></harmony>",
        "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
    ),
    (true, "<harmony>$<kind>major</kind><bass/></harmony>", "Missing pitch step"),
    (
        true,
        "<harmony><function>I</function><kind>major</kind></harmony>",
        "Chord symbol must have a root",
    ),
    (
        true,
        "<harmony>$<kind>major</kind><degree><degree-alter>1</degree-alter><degree-type>add</degree-type></degree></harmony>",
        "Missing scale degree value in harmony",
    ),
    (
        true,
        "<harmony>$<kind>major</kind><degree><degree-value/><degree-alter>1</degree-alter><degree-type>add</degree-type></degree></harmony>",
        "Missing scale degree",
    ),
    (
        true,
        "<harmony>$<kind>major</kind><degree><degree-value>x</degree-value><degree-alter>1</degree-alter><degree-type>add</degree-type></degree></harmony>",
        "Non-integer scale degree: x",
    ),
    (
        true,
        "<harmony>$<kind>major</kind><degree><degree-value>5</degree-value><degree-alter>1</degree-alter></degree></harmony>",
        "Missing degree modification type",
    ),
    (
        true,
        "<harmony>$<kind>major</kind><degree><degree-value>5</degree-value><degree-alter>1</degree-alter><degree-type>x</degree-type></degree></harmony>",
        "Invalid degree modification type: x",
    ),
    (
        true,
        "<harmony>$<kind>major</kind><degree><degree-value>5</degree-value><degree-alter>1</degree-alter><degree-type/></degree></harmony>",
        "Invalid degree modification type: None",
    ),
    (
        true,
        "<harmony>$<kind>major</kind><degree><degree-value>5</degree-value><degree-alter>0</degree-alter><degree-type>alter</degree-type></degree></harmony>",
        "Degree alteration by zero semitones",
    ),
    (
        true,
        "<harmony>$<kind>major</kind><degree><degree-value>5</degree-value><degree-type>alter</degree-type></degree></harmony>",
        "Degree alteration by zero semitones",
    ),
    (
        true,
        "<harmony>$<kind>major</kind><degree><degree-value>5</degree-value><degree-alter>9</degree-alter><degree-type>add</degree-type></degree></harmony>",
        "Invalid alter: 9",
    ),
    (
        false,
        "<attributes><key><fifths>9</fifths></key></attributes><note><duration>1</duration></note>",
        "list index out of range",
    ),
    (
        true,
        "<note><duration>1</duration></note><note><unpitched/></note>",
        "Unpitched notes are not supported",
    ),
    (
        false,
        "<note>@<duration>1</duration><voice>it's</voice></note>",
        r#"invalid literal for int() with base 10: "it's""#,
    ),
];

/// Measures that it accepts, odd as they are.
const ACCEPTED: &[&str] = &[
    "%%%%",
    "<attributes><key><fifths>8</fifths></key><transpose><chromatic>-2</chromatic></transpose></attributes>%",
    "<note>@<duration> 1 </duration><type>quarter</type></note>",
    "<note><rest/><duration>1</duration><time-modification><actual-notes>0</actual-notes><normal-notes>2</normal-notes></time-modification></note>",
    "<note><pitch><step>C</step><alter/><octave>4</octave></pitch><duration>1</duration><type>quarter</type></note>",
    "<note><pitch><step>C</step><alter>0.5</alter><octave>4</octave></pitch><duration>1</duration><type>quarter</type></note>",
    "%<note><chord/>@<duration>1</duration><type>quarter</type></note>",
    "<note><grace/>@<type>eighth</type></note>%",
    "<forward><duration>4</duration></forward>",
    r#"<direction><sound tempo="0"/></direction>%"#,
    r#"<direction><sound dynamics="70.5"/></direction>%"#,
    r#"<direction><sound tempo="90" dynamics="70"/></direction>%"#,
    "<harmony><kind>none</kind></harmony>%",
    "<harmony>$<kind/></harmony>%",
    "<harmony>$<kind> major </kind></harmony>%",
    "<harmony>$<kind> </kind></harmony>%",
    "<harmony>$<kind>major</kind><offset>1</offset></harmony>%",
    "<harmony>$<kind>major</kind><bass><bass-step>E</bass-step></bass></harmony>%",
    "<harmony>$<kind>major</kind><degree><degree-value>5</degree-value><degree-alter>1</degree-alter><degree-type>add</degree-type></degree></harmony>%",
    "<harmony>$<kind>major</kind><degree><degree-value>5</degree-value><degree-alter>1</degree-alter><degree-type>subtract</degree-type></degree></harmony>%",
    "<note><pitch><step>C</step><octave>4<!-- c --></octave></pitch><duration>1</duration><type>quarter</type></note>",
];

fn measure(short: &str) -> String {
    let pitch = "<pitch><step>C</step><octave>4</octave></pitch>";
    let root = "<root><root-step>C</root-step></root>";
    let long = short.replace('%', &note('C', "1")).replace('@', pitch).replace('$', root);
    page(&[&[&long]])
}

/// Whether note-seq means to refuse a file, and its words.
fn refused(bytes: &[u8], is_compressed: bool) -> (bool, String) {
    let refusal = magenta::read(bytes, is_compressed).unwrap_err();
    (refusal.is_parse_error(), refusal.message)
}

#[test]
fn scores_are_refused_in_note_seqs_words() {
    for (is_meant, short, message) in REFUSED {
        let found = refused(measure(short).as_bytes(), false);
        assert_eq!(found, (*is_meant, (*message).to_owned()), "{short}");
    }
}

#[test]
fn odd_scores_are_accepted_as_note_seq_accepts_them() {
    let options = ReadOptions { convention: Convention::NoteSeq, repeats: false };
    for short in ACCEPTED {
        let text = measure(short);
        let accepted = magenta::read(text.as_bytes(), false);
        assert_eq!(accepted, Ok(read(text.as_bytes(), &options).unwrap().sequence), "{short}");
    }
    for name in names("musicxml", "musicxml") {
        let accepted = magenta::read(&bytes(&format!("musicxml/{name}.musicxml")), false);
        assert_eq!(accepted, Ok(sequence(&format!("musicxml/{name}.pb"))), "{name}");
    }
}

#[test]
fn lists_of_parts_are_checked() {
    let listed = |part: &str| {
        let list = format!("<score-partwise><part-list>{part}</part-list>");
        magenta::read(measure("%").replace("<score-partwise>", &list).as_bytes(), false)
    };
    let sound = |inner: &str| {
        listed(&format!(
            "<score-part id='P0'><midi-instrument>{inner}</midi-instrument></score-part>"
        ))
    };
    assert_eq!(listed("<score-part/>").unwrap_err().message, "'id'");
    let both = "<midi-channel>x</midi-channel><midi-program>1</midi-program>";
    let message = "invalid literal for int() with base 10: 'x'";
    assert_eq!(sound(both).unwrap_err().message, message);
    assert!(sound("<midi-channel>x</midi-channel>").is_ok());
}

#[test]
fn documents_are_refused_in_expats_words() {
    for (text, message) in [
        ("", "no element found: line 1, column 0"),
        ("  \n", "no element found: line 2, column 0"),
        ("abc", "syntax error: line 1, column 0"),
        ("PK\x03\x04", "not well-formed (invalid token): line 1, column 2"),
        ("<a>\n <b></a>", "mismatched tag: line 2, column 6"),
        ("<a>\r\n\r\u{e9}<b></a>", "mismatched tag: line 3, column 6"),
        ("<a/>\n<b/>", "junk after document element: line 2, column 0"),
        ("<a/></a>", "not well-formed (invalid token): line 1, column 5"),
        ("<a>\n<b>", "no element found: line 2, column 3"),
        ("<a b=\"", "unclosed token: line 1, column 0"),
        ("<a>&x;</a>", "undefined entity: line 1, column 3"),
        ("<!DOCTYPE a SYSTEM \"x.dtd\"><a>&x;</a>", "undefined entity &x;: line 1, column 30"),
        ("<a b=\"&x;\"/>", "undefined entity: line 1, column 0"),
        ("<a b=\"1\" b=\"2\"/>", "duplicate attribute: line 1, column 9"),
        ("<a b=c/>", "not well-formed (invalid token): line 1, column 5"),
        ("<a b=\"1\"c=\"2\"/>", "not well-formed (invalid token): line 1, column 8"),
        ("<a>]]></a>", "not well-formed (invalid token): line 1, column 5"),
        ("<a><!-- -- --></a>", "not well-formed (invalid token): line 1, column 10"),
        ("<a>&#xD800;</a>", "reference to invalid character number: line 1, column 3"),
        ("<a><![CDATA[ x</a>", "unclosed CDATA section: line 1, column 18"),
        ("<p:a/>", "unbound prefix: line 1, column 0"),
        ("<a>& b</a>", "not well-formed (invalid token): line 1, column 4"),
        ("<a>x\x01</a>", "not well-formed (invalid token): line 1, column 4"),
        (
            "\n<?xml version=\"1.0\"?><a/>",
            "XML or text declaration not at start of entity: line 2, column 0",
        ),
        ("<?xml?><a/>", "XML declaration not well-formed: line 1, column 5"),
        (
            "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>",
            "encoding specified in XML declaration is incorrect: line 1, column 30",
        ),
    ] {
        assert_eq!(refused(text.as_bytes(), false), (true, message.to_owned()), "{text}");
    }
    let invalid = "not well-formed (invalid token): line 1, column 3";
    assert_eq!(refused(b"<a>\xff</a>", false), (true, invalid.to_owned()));
    let encoded = |name: &str| {
        let text = format!("<?xml version='1.0' encoding='{name}'?><a/>");
        refused(text.as_bytes(), false)
    };
    assert_eq!(encoded("foo"), (false, "unknown encoding: foo".to_owned()));
    assert_eq!(encoded("Shift_JIS"), (false, "multi-byte encodings are not supported".to_owned()));
}

#[test]
fn any_xml_is_a_score_if_one_without_notes() {
    let timewise = "<score-timewise><measure><part id='P'/></measure></score-timewise>";
    let spaced = measure("%").replace("<score-partwise", "<score-partwise xmlns='http://a/b'");
    for text in ["<html/>", timewise, &spaced] {
        let sequence = magenta::read(text.as_bytes(), false).unwrap();
        assert!(sequence.notes.is_empty());
        assert_eq!((sequence.tempos.len(), sequence.key_signatures.len()), (1, 1));
    }
}

#[test]
fn archives_are_refused_in_note_seqs_words() {
    const META: &str = "META-INF/container.xml";
    let text = measure("%");
    let score = ("a.xml", text.as_bytes());
    let with = |files: &str| {
        let container = format!("<container><rootfiles>{files}</rootfiles></container>");
        archive(&[(META, container.as_bytes()), score])
    };
    let named = "<rootfile full-path='a.xml'/>";
    let message = |bytes: &[u8]| refused(bytes, true);
    let meant = |message: &str| (true, message.to_owned());
    let good = with(named);
    assert_eq!(magenta::read(&good, true).unwrap().notes.len(), 1);
    // What counts is the name of the file.
    let invalid = "not well-formed (invalid token): line 1, column 2";
    assert_eq!(refused(&good, false), meant(invalid));
    assert_eq!(message(text.as_bytes()), meant("File is not a zip file"));
    let twice = "Multiple MusicXML files found in compressed archive";
    assert_eq!(message(&with(&named.repeat(2))), meant(twice));
    let nowhere = "Unable to locate main .xml file in compressed archive.";
    assert_eq!(message(&with("")), meant(nowhere));
    assert_eq!(message(&archive(&[score])), meant(nowhere));
    let other = "Score file b.xml not found in zip archive";
    assert_eq!(message(&with("<rootfile full-path='b.xml'/>")), meant(other));
    assert_eq!(message(&with("<rootfile/>")), (false, "'full-path'".to_owned()));
    let broken = archive(&[(META, b"<container>"), score]);
    assert_eq!(message(&broken), meant("no element found: line 1, column 11"));
}

#[test]
fn prefixes_hold_as_far_as_their_element() {
    let nested = "<a xmlns:p='x'><b xmlns:p='y'/><p:c/></a>";
    assert!(magenta::read(nested.as_bytes(), false).is_ok());
    let after = "<a><b xmlns:p='x'><p:c/></b><p:d/></a>";
    let message = "unbound prefix: line 1, column 28";
    assert_eq!(refused(after.as_bytes(), false), (true, message.to_owned()));
    // Nor do they cost more than their text.
    let many: String = (0..200_000).map(|index| format!(" xmlns:p{index}='x'")).collect();
    let text = format!("<a{many}>{}</a>", "<p7:b/>".repeat(200_000));
    assert!(magenta::read(text.as_bytes(), false).is_ok());
    let deep = "<a>".repeat(100_000);
    assert!(magenta::read(deep.as_bytes(), false).is_err());
}
