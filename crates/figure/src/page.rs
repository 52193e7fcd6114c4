//! One HTML file that needs no other.

use std::borrow::Cow;

/// What all pages look like, by day and by night.
const STYLE: &str = include_str!("page.css");

/// An HTML page with everything in it. Title and texts are escaped by whoever writes them into `body`, with [`escape`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// What the window is called.
    pub title: String,
    /// Rules beyond those that all pages have.
    pub style: String,
    /// What is within the body, as HTML.
    pub body: String,
    /// A module that runs once the page is there; none if empty.
    pub script: String,
}

impl Page {
    /// The page as the text of an HTML file.
    #[must_use]
    pub fn finish(&self) -> String {
        let Self { title, style, body, script } = self;
        let script = if script.is_empty() {
            String::new()
        } else {
            // Within a script, only this ends it.
            format!(
                "<script type=\"module\">\n{}\n</script>\n",
                script.replace("</script", "<\\/script")
            )
        };
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"generator\" content=\"Cantus\">\n<title>{}</title>\n\
             <style>\n{STYLE}{style}</style>\n</head>\n<body>\n{body}\n{script}</body>\n</html>\n",
            escape(title)
        )
    }
}

/// `text` as it may stand in HTML and SVG, in an attribute, too.
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    // XML knows no control characters but these.
    let is_odd =
        |c: char| matches!(c, '&' | '<' | '>' | '"' | '\'') || (c < ' ' && !"\t\n\r".contains(c));
    if !text.contains(is_odd) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            odd if is_odd(odd) => escaped.push('\u{fffd}'),
            plain => escaped.push(plain),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_whole() {
        let script = "document.title = '</script>';".to_owned();
        let page = Page {
            title: "R&B".to_owned(),
            body: "<h1>x</h1>".to_owned(),
            script,
            ..Page::default()
        };
        let text = page.finish();
        assert!(text.contains("<title>R&amp;B</title>") && text.contains("<\\/script>';"));
        assert_eq!(text.matches("</script>").count(), 1);
        assert!(!text.contains("http"), "a page needs no network");
    }

    #[test]
    fn texts_cannot_break_out() {
        assert_eq!(escape("plain"), "plain");
        assert_eq!(
            escape("<a href=\"x\">'&\u{1}"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;\u{fffd}"
        );
    }
}
