//! The checksum of a migration: of what its operations mean, not of the bytes of its file.
//!
//! In go the operations of `upgrade`; out comes `1:` and the SHA-256, in hex, of their encoding. Comments,
//! formatting, line endings, the order of `use`s and the version of this crate do not enter; a changed
//! operation always does. A `run` step enters with its name, since a function has no other identity.
//!
//! Not hashed, on purpose: the id (a renamed file is recognised by its checksum), the parents (`rebase`
//! changes them before a revision is shared), and `downgrade` (a way back that turns out to be wrong must
//! be mendable after the revision was applied).
//!
//! # The encoding, version 1
//!
//! ```text
//! operations = list of objects
//! list       = '[' (value ',')* ']'
//! object     = word '(' (field '=' value ';')* ')'
//! text       = length in bytes, decimal, ':', the bytes in UTF-8
//! number     = '#', decimal digits
//! true       = 't'
//! field, word = ASCII letters, digits and '_'
//! ```
//!
//! Fields come in the order of this module's source, and a field that holds its default (absent, `false`,
//! an empty list, the default referential action) is left out: a field that a later release adds does
//! not change the checksum of a migration that does not use it. A value of an option that distinguishes
//! "not said" from "none" (`alter_column`) is a list of none or one value. The encoding may only ever be
//! extended; a change needs version 2, and reading version 1 remains.

mod operations;
mod schema;
#[cfg(test)]
mod tests;

use crate::operation::Operation;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The checksum of operations: `1:` and 64 hex digits.
pub fn checksum(operations: &[Operation]) -> String {
    let mut text = String::from("1:");
    for byte in Sha256::digest(encode(operations)) {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The bytes that [`checksum`] hashes.
fn encode(operations: &[Operation]) -> Vec<u8> {
    let mut encoder = Encoder::default();
    operations.encode(&mut encoder);
    encoder.0
}

/// A value that has an encoding.
trait Encode {
    fn encode(&self, to: &mut Encoder);

    /// Whether a field that holds it is left out.
    fn is_default(&self) -> bool {
        false
    }
}

#[derive(Default)]
struct Encoder(Vec<u8>);

impl Encoder {
    fn raw(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Writes an object: its word, and its fields in parentheses.
    fn object(&mut self, word: &str, fields: &[(&str, &dyn Encode)]) {
        self.raw(word);
        self.raw("(");
        for (name, value) in fields {
            if !value.is_default() {
                self.raw(name);
                self.raw("=");
                value.encode(self);
                self.raw(";");
            }
        }
        self.raw(")");
    }
}

impl Encode for str {
    fn encode(&self, to: &mut Encoder) {
        to.raw(&format!("{}:{self}", self.len()));
    }
}

impl Encode for &str {
    fn encode(&self, to: &mut Encoder) {
        (**self).encode(to);
    }
}

impl Encode for String {
    fn encode(&self, to: &mut Encoder) {
        self.as_str().encode(to);
    }
}

impl Encode for bool {
    fn encode(&self, to: &mut Encoder) {
        to.raw(if *self { "t" } else { "f" });
    }

    fn is_default(&self) -> bool {
        !self
    }
}

impl Encode for i64 {
    fn encode(&self, to: &mut Encoder) {
        to.raw(&format!("#{self}"));
    }
}

impl Encode for u32 {
    fn encode(&self, to: &mut Encoder) {
        i64::from(*self).encode(to);
    }
}

impl<T: Encode> Encode for [T] {
    fn encode(&self, to: &mut Encoder) {
        to.raw("[");
        for item in self {
            item.encode(to);
            to.raw(",");
        }
        to.raw("]");
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, to: &mut Encoder) {
        self.as_slice().encode(to);
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Encode> Encode for Option<T> {
    fn encode(&self, to: &mut Encoder) {
        if let Some(value) = self {
            value.encode(to);
        }
    }

    fn is_default(&self) -> bool {
        self.is_none()
    }
}

impl<A: Encode, B: Encode> Encode for (A, B) {
    fn encode(&self, to: &mut Encoder) {
        to.raw("[");
        self.0.encode(to);
        to.raw(",");
        self.1.encode(to);
        to.raw(",]");
    }
}

/// An option whose `None` and `Some(None)` differ: nothing, an empty list, or a list of one.
#[expect(
    clippy::option_option,
    reason = "the operation itself tells unsaid from removed"
)]
struct Said<'a, T>(&'a Option<Option<T>>);

impl<T: Encode> Encode for Said<'_, T> {
    fn encode(&self, to: &mut Encoder) {
        to.raw("[");
        if let Some(Some(value)) = self.0 {
            value.encode(to);
            to.raw(",");
        }
        to.raw("]");
    }

    fn is_default(&self) -> bool {
        self.0.is_none()
    }
}

/// A boolean that may be unsaid; `false` is then a value of its own.
struct SaidBool(Option<bool>);

impl Encode for SaidBool {
    fn encode(&self, to: &mut Encoder) {
        self.0.unwrap_or_default().encode(to);
    }

    fn is_default(&self) -> bool {
        self.0.is_none()
    }
}
