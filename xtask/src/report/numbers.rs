//! Numbers as people read them.

/// Three figures and a unit of time.
pub(crate) fn duration(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{} s", number(s)),
        s if s >= 1e-3 => format!("{} ms", number(s * 1e3)),
        s => format!("{} µs", number(s * 1e6)),
    }
}

/// About three figures, with commas between thousands.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        size if size < 9.995 => format!("{value:.2}"),
        size if size < 99.95 => format!("{value:.1}"),
        size if size < 999.5 => format!("{value:.0}"),
        _ => thousands(value),
    }
}

/// A number of things.
pub(crate) fn count(things: usize) -> String {
    thousands(things as f64)
}

fn thousands(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::from(if value < 0.0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A ratio.
pub(crate) fn times(value: f64) -> String {
    if value < 9.95 { format!("{value:.1}x") } else { format!("{}x", thousands(value)) }
}

/// A share.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// Memory.
pub(crate) fn mebibytes(value: f64) -> String {
    format!("{} MiB", thousands(value))
}

/// A dash for what is not there.
pub(crate) fn or_dash(value: Option<f64>, show: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| "-".to_owned(), show)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_figures() {
        let shown = [0.5, 9.999, 12.34, 567.8, 1234.5, 12_345_678.0].map(number);
        assert_eq!(count(2_822), "2,822");
        assert_eq!(shown, ["0.50", "10.0", "12.3", "568", "1,234", "12,345,678"]);
    }

    #[test]
    fn times_have_units() {
        assert_eq!(
            [duration(21.3), duration(0.0123), duration(4.5e-5)],
            ["21.3 s", "12.3 ms", "45.0 µs"]
        );
        assert_eq!([times(2.04), times(1234.0)], ["2.0x", "1,234x"]);
        assert_eq!((percent(0.613), mebibytes(49.7)), ("61 %".into(), "50 MiB".into()));
        assert_eq!(or_dash(None, times), "-");
    }
}
