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
        let mut i = 0;
        while i < name.len() {
            key.head = key.head << 8 | name[i] as u64;
            i += 1;
        }
        key
    }
}

/// A hash of what an object is found by.
pub(super) const fn hash(kind: Kind, table: usize, key: &Key) -> usize {
    let owner = (kind as u64) << 56 ^ (table as u64) << 20 ^ key.length as u64;
    let product = (key.head ^ key.tail << 1 ^ owner) as u128 * 0x9e37_79b9_7f4a_7c15;
    (product >> 32 ^ product >> 64) as usize
}
