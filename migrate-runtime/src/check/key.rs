//! What an object of the folded state is found by: its name as numbers.

/// The length of a name of at most `Key::WHOLE` bytes, and its first and last eight as a processor of
/// the little end reads them.
pub type Numbers = (usize, u64, u64);

/// A name as numbers: its length, its first and its last eight bytes. That is the whole of a name of up
/// to [`Key::WHOLE`] bytes, and two longer ones that agree in it are compared byte by byte.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) length: usize,
    pub(super) head: u64,
    pub(super) tail: u64,
    /// Of these three, to begin to look at.
    pub(super) hash: usize,
}

impl Key {
    pub(super) const WHOLE: usize = 16;
    pub(super) const EMPTY: Self = Self {
        length: 0,
        head: 0,
        tail: 0,
        hash: 0,
    };

    /// Loops and calls are what the interpreter of const functions takes longest for, and a call costs more
    /// the more variables a function has: there are few.
    #[expect(clippy::many_single_char_names, reason = "bytes are all alike")]
    pub(super) const fn of(name: &str) -> Self {
        let name = name.as_bytes();
        let &[a, b, c, d, e, f, g, h, ..] = name else {
            return Self::short(name);
        };
        let head = u64::from_ne_bytes([a, b, c, d, e, f, g, h]);
        let &[.., a, b, c, d, e, f, g, h] = name else {
            return Self::short(name);
        };
        let tail = u64::from_ne_bytes([a, b, c, d, e, f, g, h]);
        Self {
            length: name.len(),
            head,
            tail,
            hash: truncated(head ^ tail << 1),
        }
    }

    /// Whether these numbers, which a macro made of a name, are this one.
    pub(super) const fn is(&self, (length, head, tail): Numbers) -> bool {
        self.length == length && self.head == head && self.tail == tail
    }

    /// Of a name of less than eight bytes. Written out: a loop is dearer by a multiple.
    #[expect(clippy::many_single_char_names, reason = "bytes are all alike")]
    const fn short(name: &[u8]) -> Self {
        let (length, bytes) = match *name {
            [] => (0, [0; 8]),
            [a] => (1, [a, 0, 0, 0, 0, 0, 0, 0]),
            [a, b] => (2, [a, b, 0, 0, 0, 0, 0, 0]),
            [a, b, c] => (3, [a, b, c, 0, 0, 0, 0, 0]),
            [a, b, c, d] => (4, [a, b, c, d, 0, 0, 0, 0]),
            [a, b, c, d, e] => (5, [a, b, c, d, e, 0, 0, 0]),
            [a, b, c, d, e, f] => (6, [a, b, c, d, e, f, 0, 0]),
            [a, b, c, d, e, f, g, ..] => (7, [a, b, c, d, e, f, g, 0]),
        };
        let head = u64::from_ne_bytes(bytes);
        Self {
            length,
            head,
            tail: 0,
            hash: truncated(head),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
const fn truncated(number: u64) -> usize {
    number as usize
}
