//! What of Python note-seq's parser rests on.

use crate::Refusal;
use crate::musicxml::xml::Element;
use crate::refusal::{self, repr};

pub(super) type Result<T = ()> = std::result::Result<T, Refusal>;

/// The general exception of the parser.
pub(super) fn parse_error(message: impl Into<String>) -> Refusal {
    Refusal::new("MusicXMLParseError", message)
}

/// Of adding to a text what is none.
pub(super) fn type_error(message: &str) -> Refusal {
    Refusal::new("TypeError", message)
}

/// The text of an element, `None` if it is empty.
pub(super) fn text(element: Element<'_>) -> Option<&str> {
    Some(element.raw_text()).filter(|text| !text.is_empty())
}

/// The child of that name, which must be there.
pub(super) fn found<'t>(parent: Element<'t>, name: &str) -> Result<Element<'t>> {
    let message = "'NoneType' object has no attribute 'text'";
    parent.child(name).ok_or_else(|| Refusal::new("AttributeError", message))
}

/// `int()` of an element's text.
pub(super) fn int(element: Element<'_>) -> Result<i64> {
    let none =
        "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'";
    refusal::int(text(element).ok_or_else(|| type_error(none))?)
}

/// `int(parent.find(name).text)`
pub(super) fn int_of(parent: Element<'_>, name: &str) -> Result<i64> {
    int(found(parent, name)?)
}

/// `float()` of a text.
pub(super) fn float(text: &str) -> Result<f64> {
    let message = || format!("could not convert string to float: {}", repr(text));
    text.trim().parse().map_err(|_| Refusal::new("ValueError", message()))
}

/// `int()` of a float, which cuts off what comes behind the point.
pub(super) fn truncated(number: f64) -> Result<i64> {
    if number.is_nan() {
        return Err(Refusal::new("ValueError", "cannot convert float NaN to integer"));
    }
    if number.is_infinite() {
        return Err(Refusal::new("OverflowError", "cannot convert float infinity to integer"));
    }
    Ok(number as i64)
}

/// Of a division by 0 divisions.
pub(super) fn no_division(divisions: i64) -> Result {
    if divisions == 0 {
        return Err(Refusal::new("ZeroDivisionError", "division by zero"));
    }
    Ok(())
}
