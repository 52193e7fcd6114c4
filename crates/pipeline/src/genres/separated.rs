//! Rows as comma- or tab-separated values.

use csv::WriterBuilder;

/// What stands between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// `,`
    Comma,
    /// A tab.
    Tab,
}

/// Writes rows below a head, each value quoted where it must be (RFC 4180).
pub(super) fn separated<const N: usize>(
    head: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    separator: Separator,
) -> Vec<u8> {
    let delimiter = match separator {
        Separator::Comma => b',',
        Separator::Tab => b'\t',
    };
    let mut writer = WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    let head = head.map(str::to_owned);
    for row in std::iter::once(head).chain(rows) {
        writer.write_record(&row).expect("rows are of one length, and memory can be written to");
    }
    writer.into_inner().expect("memory can be written to")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_where_they_must_be() {
        let rows = [["10,000 Maniacs".to_owned(), "a\tb".to_owned()]];
        let text = separated(["x", "y"], rows.clone(), Separator::Comma);
        assert_eq!(text, b"x,y\n\"10,000 Maniacs\",a\tb\n");
        assert_eq!(
            separated(["x", "y"], rows, Separator::Tab),
            b"x\ty\n10,000 Maniacs\t\"a\tb\"\n"
        );
    }
}
