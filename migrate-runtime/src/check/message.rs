//! Text that const evaluation can write: a buffer of fixed size.

/// The longest message, in bytes.
const CAPACITY: usize = 2048;

/// Kept free for the end of a message that is cut.
const RESERVED: usize = 192;

/// A message as it grows. Owned and without references, so that a `const` can hold it.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    text: [u8; CAPACITY],
    length: usize,
    /// How many lines did not fit.
    lost: usize,
}

impl Message {
    pub(crate) const fn new() -> Self {
        Self {
            text: [0; CAPACITY],
            length: 0,
            lost: 0,
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Adds text, as long as all of it fits.
    pub(crate) const fn push(&mut self, text: &str) {
        self.push_within(text, CAPACITY - RESERVED);
    }

    const fn push_within(&mut self, text: &str, limit: usize) {
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() && self.length < limit {
            self.text[self.length] = bytes[i];
            self.length += 1;
            i += 1;
        }
        if i < bytes.len() {
            // The last character may be half there.
            while self.length > 0 && i > 0 && bytes[i] & 0b1100_0000 == 0b1000_0000 {
                self.length -= 1;
                i -= 1;
            }
        }
    }

    /// Adds a whole number.
    pub(crate) const fn push_number(&mut self, number: i64) {
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        let mut rest = number.unsigned_abs();
        loop {
            at -= 1;
            let digit = (rest % 10) as u8;
            digits[at] = b'0' + digit;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if number < 0 {
            self.push("-");
        }
        if let Ok(text) = core::str::from_utf8(digits.split_at(at).1) {
            self.push(text);
        }
    }

    /// Begins another line of a list; `false` when there is no room for it, and it is counted instead.
    pub(crate) const fn line(&mut self) -> bool {
        if self.length + 2 * RESERVED > CAPACITY {
            self.lost += 1;
            return false;
        }
        self.push("\n  ");
        true
    }

    /// Ends a list: says how many lines were left out, and adds the last line.
    pub(crate) const fn close(&mut self, last: &str) {
        if self.lost > 0 {
            self.push_within("\n  and ", CAPACITY);
            let lost = self.lost;
            #[expect(clippy::cast_possible_wrap, reason = "a number of lines")]
            self.push_number_within(lost as i64);
            self.push_within(" more", CAPACITY);
        }
        self.push_within("\n  ", CAPACITY);
        self.push_within(last, CAPACITY);
    }

    const fn push_number_within(&mut self, number: i64) {
        let mut other = Self::new();
        other.push_number(number);
        self.push_within(other.as_str(), CAPACITY);
    }

    /// The text.
    pub const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.text.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => panic!("a message is cut at a character boundary"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_out() {
        let mut message = Message::new();
        message.push_number(-120);
        message.push(" ");
        message.push_number(0);
        message.push_number(i64::MIN);
        assert_eq!(message.as_str(), "-120 0-9223372036854775808");
    }

    #[test]
    fn a_full_message_counts_what_it_leaves_out_and_keeps_its_last_line() {
        let mut message = Message::new();
        let line = "ä".repeat(40);
        for _ in 0..100 {
            if message.line() {
                message.push(&line);
            }
        }
        message.close("run: this");
        let text = message.as_str();
        assert!(text.contains("\n  and 7"), "{text}");
        assert!(text.ends_with("more\n  run: this"), "{text}");
    }

    #[test]
    fn a_cut_is_between_characters() {
        for pad in 0..4 {
            let mut message = Message::new();
            message.push(&"x".repeat(pad));
            message.push(&"日本".repeat(1000));
            assert!(message.as_str().starts_with('x') || pad == 0);
        }
    }
}
