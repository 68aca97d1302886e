//! What the checks came to: one verdict for the chain, one for each model.

use super::message::Message;

/// No database has more columns in a table than this. One more is blamed on the model as a whole.
const COLUMNS: usize = 2048;

/// The outcome for one model: which fields are to blame, and the message.
///
/// Owned data without references: the compiler validates the value of every const through its
/// references, so a verdict that referred to the folded chain would make each model walk it again.
#[derive(Debug, Clone, Copy)]
pub struct Verdict {
    /// One bit for each column of the model, in the order of its definition.
    fields: [u128; COLUMNS / 128],
    /// Whether the blame is on the model as a whole.
    model: bool,
    message: Message,
}

impl Verdict {
    /// Nothing to say.
    pub const fn clean() -> Self {
        Self {
            fields: [0; COLUMNS / 128],
            model: false,
            message: Message::new(),
        }
    }

    /// Whether that column, counted from 0 in the order of the definition, is to blame.
    pub const fn blames(&self, field: usize) -> bool {
        field < COLUMNS && self.fields[field / 128] >> (field % 128) & 1 == 1
    }

    /// Whether the model as a whole is to blame: nothing of it that has a field.
    pub const fn blames_model(&self) -> bool {
        self.model
    }

    /// Everything there is to say of the model.
    pub const fn message(&self) -> &str {
        self.message.as_str()
    }

    /// Blames a column, or the model where it has no such column.
    pub(super) const fn blame(&mut self, field: Option<usize>) {
        match field {
            Some(field) if field < COLUMNS => self.fields[field / 128] |= 1 << (field % 128),
            _ => self.model = true,
        }
    }

    /// The message, to write a difference to.
    pub(super) const fn text(&mut self) -> &mut Message {
        &mut self.message
    }

    /// Whether there is anything to say.
    pub const fn is_clean(&self) -> bool {
        self.message.is_empty()
    }
}

/// The outcome for the chain as a whole.
#[derive(Debug, Clone, Copy)]
pub struct ChainVerdict(Message);

impl ChainVerdict {
    pub(super) const fn clean() -> Self {
        Self(Message::new())
    }

    pub(super) const fn broken(message: Message) -> Self {
        Self(message)
    }

    /// Whether something is wrong.
    pub const fn is_broken(&self) -> bool {
        !self.0.is_empty()
    }

    /// What is wrong, where, and what to do.
    pub const fn message(&self) -> &str {
        self.0.as_str()
    }
}

/// Stops the compiler, at the place in the user's code that calls it: [`panic!`] would have the place of
/// its own definition in messages for tools.
///
/// # Panics
/// Always: that is how const evaluation reports.
#[track_caller]
pub const fn refuse(message: &str) -> ! {
    panic!("{}", message)
}
