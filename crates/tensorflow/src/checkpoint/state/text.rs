//! Fields of a protocol buffer in text form, as far as a list of paths needs it: names and texts or numbers.

/// A field: `name: "text"` or `name: 1.5`.
pub(super) struct Field<'a> {
    pub(super) name: &'a [u8],
    /// Its text; `None` for anything else.
    pub(super) text: Option<Vec<u8>>,
    /// Where its value begins.
    pub(super) offset: usize,
}

/// Where something is wrong, and what.
type Fault = (usize, &'static str);

/// The fields in the order in which they stand; ends after the first fault.
pub(super) fn fields(bytes: &[u8]) -> impl Iterator<Item = Result<Field<'_>, Fault>> {
    let mut scanner = Scanner { bytes, at: 0 };
    let mut failed = false;
    std::iter::from_fn(move || {
        scanner.skip_space();
        if failed || scanner.at == bytes.len() {
            return None;
        }
        let field = scanner.field();
        failed = field.is_err();
        Some(field)
    })
}

/// `text` between quotation marks.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', byte.into()]),
            b'\n' => quoted += "\\n",
            b' '..=b'~' => quoted.push(byte.into()),
            _ => quoted += &format!("\\{byte:03o}"),
        }
    }
    quoted.push('"');
    quoted
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let start = self.at;
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
        &self.bytes[start..self.at]
    }

    /// Spaces, comments, and what may stand between fields.
    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'#' => {
                    self.take_while(|byte| byte != b'\n');
                }
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b';' => self.at += 1,
                _ => break,
            }
        }
    }

    fn field(&mut self) -> Result<Field<'a>, Fault> {
        let name = self.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if name.is_empty() {
            return Err((self.at, "the name of a field expected"));
        }
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err((self.at, "a colon expected"));
        }
        self.at += 1;
        self.skip_space();
        let offset = self.at;
        let text = self.value()?;
        Ok(Field { name, text, offset })
    }

    fn value(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        let mut text = None;
        // Texts next to each other are one.
        while let Some(quote @ (b'"' | b'\'')) = self.peek() {
            self.at += 1;
            self.text(quote, text.get_or_insert_default())?;
            self.skip_space();
        }
        if text.is_none() {
            let number = |byte: u8| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte);
            if self.take_while(number).is_empty() {
                return Err((self.at, "a text or a number expected"));
            }
        }
        Ok(text)
    }

    fn text(&mut self, quote: u8, out: &mut Vec<u8>) -> Result<(), Fault> {
        loop {
            let place = self.at;
            match self.take() {
                None | Some(b'\n') => return Err((place, "a text without its closing mark")),
                Some(byte) if byte == quote => return Ok(()),
                Some(b'\\') => out.push(self.escape()?),
                Some(byte) => out.push(byte),
            }
        }
    }

    fn escape(&mut self) -> Result<u8, Fault> {
        let place = self.at;
        let fault = (place, "an unknown escape in a text");
        Ok(match self.take().ok_or(fault)? {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'a' => 0x07,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'v' => 0x0b,
            byte @ (b'"' | b'\'' | b'\\' | b'?') => byte,
            b'x' | b'X' => self.digits(2, 16).ok_or(fault)?,
            b'0'..=b'7' => {
                self.at = place;
                self.digits(3, 8).ok_or(fault)?
            }
            _ => return Err(fault),
        })
    }

    /// A byte in at most `most` digits.
    fn digits(&mut self, most: usize, base: u32) -> Option<u8> {
        let mut value = None;
        for _ in 0..most {
            let Some(digit) = self.peek().and_then(|byte| char::from(byte).to_digit(base)) else {
                break;
            };
            self.at += 1;
            value = Some(value.unwrap_or(0) * base + digit);
        }
        u8::try_from(value?).ok()
    }
}
