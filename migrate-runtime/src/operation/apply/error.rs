//! Why an operation does not fit a schema.

use crate::operation::Object;
use crate::schema::{Name, Schema, Table};
use crate::{ErrorKind, Explain};

/// Why an operation cannot be applied to a schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// It names what is not there.
    #[error("{operation}: there is no {object}{}", instead.as_ref().map(|there| format!(", only {there}")).unwrap_or_default())]
    Missing {
        /// The operation's word.
        operation: &'static str,
        /// What it names.
        object: Box<Object>,
        /// What is there instead, where that helps.
        instead: Option<String>,
    },
    /// It creates what is there.
    #[error("{operation}: {object} already exists: {there}")]
    Exists {
        /// The operation's word.
        operation: &'static str,
        /// What it creates.
        object: Box<Object>,
        /// What is there.
        there: String,
    },
    /// It takes away or renames what something else still uses.
    #[error("{operation}: {object} is used by {user}")]
    InUse {
        /// The operation's word.
        operation: &'static str,
        /// What it takes away.
        object: Box<Object>,
        /// What uses it.
        user: Box<Object>,
    },
    /// It makes no sense by itself.
    #[error("{operation}: {object}: {problem}")]
    Invalid {
        /// The operation's word.
        operation: &'static str,
        /// What it is about.
        object: Box<Object>,
        /// What is wrong.
        problem: String,
    },
}

impl ApplyError {
    /// The object that the operation names.
    pub const fn object(&self) -> &Object {
        match self {
            Self::Missing { object, .. }
            | Self::Exists { object, .. }
            | Self::InUse { object, .. }
            | Self::Invalid { object, .. } => object,
        }
    }
}

impl Explain for ApplyError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Config
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Missing { object, .. } => {
                let mut hints = vec![format!(
                    "create the {object} in this migration or one before it, or mend the name"
                )];
                if matches!(**object, Object::Table(_) | Object::Enum(_)) {
                    hints.push(
                        "where a revision of another branch creates it, name that one here: .depends_on(&[\"REVISION\"])"
                            .to_owned(),
                    );
                }
                hints
            }
            Self::Exists { .. } => vec![
                "remove the step, or drop what is there before".to_owned(),
                "where the database has what the revision makes, record that: cargo migrate stamp REVISION"
                    .to_owned(),
            ],
            Self::InUse {
                operation, user, ..
            } if operation.starts_with("rename") => vec![format!(
                "drop the {user} before the rename and add it after, with the new name in its text"
            )],
            Self::InUse { object, user, .. }
                if matches!(
                    **object,
                    Object::PrimaryKey(_) | Object::Unique(..) | Object::Index(..)
                ) =>
            {
                vec![format!(
                    "drop the {user} before, and add it again when what it refers to is a key again"
                )]
            }
            Self::InUse { user, .. } => vec![format!("drop the {user} first")],
            Self::Invalid { .. } => Vec::new(),
        }
    }
}

pub(super) fn missing(
    operation: &'static str,
    object: Object,
    instead: Option<String>,
) -> ApplyError {
    ApplyError::Missing {
        operation,
        object: Box::new(object),
        instead,
    }
}

pub(super) fn exists(operation: &'static str, object: Object, there: String) -> ApplyError {
    ApplyError::Exists {
        operation,
        object: Box::new(object),
        there,
    }
}

pub(super) fn in_use(operation: &'static str, object: Object, user: Object) -> ApplyError {
    ApplyError::InUse {
        operation,
        object: Box::new(object),
        user: Box::new(user),
    }
}

pub(super) fn invalid(operation: &'static str, object: Object, problem: String) -> ApplyError {
    ApplyError::Invalid {
        operation,
        object: Box::new(object),
        problem,
    }
}

/// Refuses a list that names something twice.
pub(super) fn distinct<T: Ord + ToString>(
    operation: &'static str,
    object: &Object,
    list: &[T],
) -> Result<(), ApplyError> {
    let mut sorted: Vec<&T> = list.iter().collect();
    sorted.sort();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            let problem = format!("{} is listed twice", pair[0].to_string());
            Err(invalid(operation, object.clone(), problem))
        }
        None => Ok(()),
    }
}

/// The tables of a schema, for a message.
pub(super) fn tables(schema: &Schema) -> Option<String> {
    listed(schema.tables.keys().map(ToString::to_string))
}

/// The columns of a table, for a message.
pub(super) fn columns(table: &Table) -> Option<String> {
    listed(table.columns.iter().map(|column| column.name.to_string()))
}

/// Some names, for a message.
pub(super) fn names<'a>(names: impl Iterator<Item = &'a Name>) -> Option<String> {
    listed(names.map(ToString::to_string))
}

/// A list that stays readable: at most a dozen words.
fn listed(words: impl Iterator<Item = String>) -> Option<String> {
    let mut words: Vec<String> = words.collect();
    let more = words.len().saturating_sub(12);
    words.truncate(12);
    let mut text = words.join(", ");
    if more > 0 {
        text = format!("{text} and {more} more");
    }
    (!text.is_empty()).then_some(text)
}
