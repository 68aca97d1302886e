//! What an object of the folded state is found by: its name as numbers, and their hash.

use super::state::Kind;

/// A name as numbers: its length, its first and its last eight bytes. That is the whole of a name of up
/// to [`Key::WHOLE`] bytes, and two longer ones that agree in it are compared byte by byte.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) length: usize,
    pub(super) head: u64,
    pub(super) tail: u64,
}

impl Key {
    pub(super) const WHOLE: usize = 16;
    pub(super) const EMPTY: Self = Self {
        length: 0,
        head: 0,
        tail: 0,
    };

    /// Loops and calls are what the interpreter of const functions takes longest for; there are few.
    #[expect(clippy::many_single_char_names, reason = "bytes are all alike")]
    pub(super) const fn of(name: &str) -> Self {
        let name = name.as_bytes();
        let mut key = Self {
            length: name.len(),
            head: 0,
            tail: 0,
        };
        if let &[a, b, c, d, e, f, g, h, ..] = name {
            key.head = u64::from_ne_bytes([a, b, c, d, e, f, g, h]);
            if let &[.., a, b, c, d, e, f, g, h] = name {
                key.tail = u64::from_ne_bytes([a, b, c, d, e, f, g, h]);
            }
            return key;
        }
        // Written out: a loop is dearer by a multiple.
        key.head = u64::from_ne_bytes(match *name {
            [] => [0; 8],
            [a] => [a, 0, 0, 0, 0, 0, 0, 0],
            [a, b] => [a, b, 0, 0, 0, 0, 0, 0],
            [a, b, c] => [a, b, c, 0, 0, 0, 0, 0],
            [a, b, c, d] => [a, b, c, d, 0, 0, 0, 0],
            [a, b, c, d, e] => [a, b, c, d, e, 0, 0, 0],
            [a, b, c, d, e, f] => [a, b, c, d, e, f, 0, 0],
            [a, b, c, d, e, f, g, ..] => [a, b, c, d, e, f, g, 0],
        });
        key
    }
}

/// A hash of what an object is found by.
pub(super) const fn hash(kind: Kind, table: usize, key: &Key) -> usize {
    let owner = (kind as u64) << 56 ^ (table as u64) << 20 ^ key.length as u64;
    let product = (key.head ^ key.tail << 1 ^ owner) as u128 * 0x9e37_79b9_7f4a_7c15;
    (product >> 32 ^ product >> 64) as usize
}
