//! Text that const evaluation can write: a buffer of fixed size.

/// The longest message, in bytes.
const CAPACITY: usize = 2048;

/// Kept free for the end of a message that is cut.
const RESERVED: usize = 192;

/// What a line must find free for it to be begun.
const LEAST: usize = 48;

/// A message as it grows. Owned and without references, so that a `const` can hold it.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    text: [u8; CAPACITY],
    length: usize,
    /// Where the last line of the list begins.
    line: usize,
    /// Whether not all of that line, or of what comes before the list, has found room.
    is_cut: bool,
    /// How many lines did not fit.
    lost: usize,
}

impl Message {
    pub(crate) const fn new() -> Self {
        Self {
            text: [0; CAPACITY],
            length: 0,
            line: 0,
            is_cut: false,
            lost: 0,
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Adds text, up to where the end of the message begins. Of a list, a line that does not fit is left out
    /// as a whole when the next one begins.
    pub(crate) const fn push(&mut self, text: &str) {
        if !self.is_cut && !self.push_within(text, CAPACITY - RESERVED) {
            self.is_cut = true;
            self.push_within(" ..", CAPACITY);
        }
    }

    /// Adds as much as there is room for; whether that was all.
    const fn push_within(&mut self, text: &str, limit: usize) -> bool {
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() && self.length < limit {
            self.text[self.length] = bytes[i];
            self.length += 1;
            i += 1;
        }
        let fits = i == bytes.len();
        // The last character may be half there.
        while !fits && i > 0 && bytes[i] & 0b1100_0000 == 0b1000_0000 {
            self.length -= 1;
            i -= 1;
        }
        fits
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
        self.settle();
        if self.is_cut || self.length + LEAST > CAPACITY - RESERVED {
            self.lost += 1;
            return false;
        }
        self.line = self.length;
        self.push("\n  ");
        true
    }

    /// Leaves out the last line, if it is not whole.
    const fn settle(&mut self) {
        if self.is_cut && self.line > 0 {
            self.length = self.line;
            self.is_cut = false;
            self.lost += 1;
        }
    }

    /// Ends a list: says how many lines were left out, and adds the last line.
    pub(crate) const fn close(&mut self, last: &str) {
        self.settle();
        if self.lost > 0 {
            self.push_within("\n  and ", CAPACITY);
            self.push_lost();
            self.push_within(" more", CAPACITY);
        }
        self.push_within("\n  ", CAPACITY);
        self.push_within(last, CAPACITY);
    }

    /// Adds another message, about something else, if there is room for it. [`Self::finish`] says what there
    /// was none for.
    pub(crate) const fn add(&mut self, other: &Self) {
        if other.is_empty() {
            return;
        }
        if self.is_empty() {
            *self = *other;
            self.lost = 0;
        } else if self.length + other.length < CAPACITY - RESERVED {
            self.push("\n");
            self.push(other.as_str());
        } else {
            self.lost += 1;
        }
    }

    /// Ends messages of which each is about something else.
    pub(crate) const fn finish(&mut self) {
        if self.lost > 0 {
            self.push_within("\nand ", CAPACITY);
            self.push_lost();
            self.push_within(" more", CAPACITY);
        }
    }

    const fn push_lost(&mut self) {
        #[expect(clippy::cast_possible_wrap, reason = "a number of lines")]
        self.push_number_within(self.lost as i64);
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
        assert!(text.ends_with("\n  and 78 more\n  run: this"), "{text}");
        let whole = text.lines().filter(|other| other.trim() == line);
        assert_eq!(whole.count(), 22, "{text}");
    }

    #[test]
    fn a_line_that_does_not_fit_is_left_out_as_a_whole() {
        let long = "x".repeat(1900);
        let lines = |list: &[&str]| {
            let mut message = Message::new();
            message.push("these differ:");
            for line in list {
                if message.line() {
                    message.push("the column ");
                    message.push(line);
                    message.push(" differs");
                }
            }
            message.close("run: this");
            message.as_str().to_owned()
        };
        let short = "these differ:\n  the column a differs\n  and 1 more\n  run: this";
        assert_eq!(lines(&["a", &long]), short);
        assert_eq!(lines(&[&long, "a"]), short);
        assert_eq!(
            lines(&["a"]),
            "these differ:\n  the column a differs\n  run: this"
        );
    }

    #[test]
    fn messages_are_added_as_a_whole() {
        let message = |text: &str| {
            let mut message = Message::new();
            message.push(text);
            message
        };
        let mut all = Message::new();
        all.add(&Message::new());
        assert!(all.is_empty());
        for text in ["one", &"x".repeat(1900), "two"] {
            all.add(&message(text));
        }
        all.finish();
        assert_eq!(all.as_str(), "one\ntwo\nand 1 more");
        let mut first = message(&"x".repeat(3000));
        first.add(&message("two"));
        first.finish();
        assert!(first.as_str().ends_with("xx ..\nand 1 more"));
    }

    #[test]
    fn a_cut_is_between_characters() {
        for pad in 0..4 {
            let mut message = Message::new();
            message.push(&"x".repeat(pad));
            message.push(&"日本".repeat(1000));
            assert!(message.as_str().starts_with('x') || pad == 0);
            assert!(message.as_str().ends_with(" .."));
        }
    }
}
