//! XML text, element by element.

use quick_xml::escape::escape;

/// An XML document while it is written.
#[derive(Debug)]
pub(super) struct Document {
    text: String,
    open: Vec<&'static str>,
}

impl Document {
    /// A partwise score of version 4.0.
    pub(super) fn score() -> Self {
        let text = concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n",
            "<!DOCTYPE score-partwise PUBLIC \"-//Recordare//DTD MusicXML 4.0 Partwise//EN\" ",
            "\"http://www.musicxml.org/dtds/partwise.dtd\">\n",
        );
        let mut document = Self { text: text.to_owned(), open: Vec::new() };
        document.open("score-partwise", &[("version", "4.0")]);
        document
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.text.extend(std::iter::repeat_n("  ", self.open.len()));
        self.text.push('<');
        self.text.push_str(name);
        for (name, value) in attributes {
            self.text.push_str(&format!(" {name}=\"{}\"", clean(value)));
        }
    }

    pub(super) fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.text.push_str(">\n");
        self.open.push(name);
    }

    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.text.extend(std::iter::repeat_n("  ", self.open.len()));
            self.text.push_str(&format!("</{name}>\n"));
        }
    }

    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.text.push_str("/>\n");
    }

    /// An element with nothing but text in it.
    pub(super) fn leaf(&mut self, name: &str, value: impl ToString) {
        self.leaf_with(name, &[], value);
    }

    pub(super) fn leaf_with(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        value: impl ToString,
    ) {
        self.tag(name, attributes);
        self.text.push_str(&format!(">{}</{name}>\n", clean(&value.to_string())));
    }

    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.text
    }
}

/// Text with spaces for control characters, some of which XML cannot hold, escaped.
fn clean(text: &str) -> String {
    let allowed = |character: char| match character {
        '\u{fffe}' | '\u{ffff}' => ' ',
        _ if character.is_control() => ' ',
        _ => character,
    };
    let text: String = text.chars().map(allowed).collect();
    escape(text.as_str()).into_owned()
}
