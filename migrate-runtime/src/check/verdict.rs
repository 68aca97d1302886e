//! What the comparison of one model with the chain came to.

/// The longest message, in bytes; a longer one is cut at a character.
const CAPACITY: usize = 1024;

/// The outcome for one model: which fields are to blame, and the message.
///
/// Owned data without references: the compiler validates the value of every const through its
/// references, so a verdict that referred to the folded chain would make each model walk it again.
#[derive(Debug, Clone, Copy)]
pub struct Verdict {
    /// One bit for each column of the model, in the order of its definition.
    fields: [u128; 2],
    /// Whether the blame is on the model as a whole.
    model: bool,
    text: [u8; CAPACITY],
    length: usize,
}

impl Verdict {
    /// Nothing to say.
    pub const fn clean() -> Self {
        Self {
            fields: [0; 2],
            model: false,
            text: [0; CAPACITY],
            length: 0,
        }
    }

    /// Whether that column, counted from 0 in the order of the definition, is to blame.
    pub const fn blames(&self, field: usize) -> bool {
        field < 256 && self.fields[field / 128] >> (field % 128) & 1 == 1
    }

    /// Whether the model as a whole is to blame: nothing of it that has a field.
    pub const fn blames_model(&self) -> bool {
        self.model
    }

    /// Everything there is to say of the model.
    pub const fn message(&self) -> &str {
        match core::str::from_utf8(self.text.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => panic!("a message is cut at a character boundary"),
        }
    }
}
