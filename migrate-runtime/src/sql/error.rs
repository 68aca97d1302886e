//! Why a list of operations has no SQL.

use crate::dialect::Unsupported;
use crate::dialect::sqlite::ddl::DdlError;
use crate::operation::ApplyError;
use crate::schema::TableName;
use crate::{ErrorKind, Explain};

/// An operation that cannot be rendered.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The operation does not fit the database as it is.
    #[error("operation {} does not fit the database: {source}", .operation + 1)]
    DoesNotFit {
        /// The index of the operation.
        operation: usize,
        /// Why.
        source: Box<ApplyError>,
    },
    /// The database has no such thing.
    #[error("operation {} cannot be rendered: {source}", .operation + 1)]
    Unsupported {
        /// The index of the operation.
        operation: usize,
        /// What it has not.
        source: Unsupported,
    },
    /// The stored statement of a table cannot be read, so the table cannot be rebuilt without loss.
    #[error("operation {} rebuilds table {table}: {source}", .operation + 1)]
    Unreadable {
        /// The index of the operation.
        operation: usize,
        /// The table.
        table: TableName,
        /// What cannot be read.
        source: Box<DdlError>,
    },
    /// A part that is to be changed is not in the table's stored statement.
    #[error(
        "operation {} changes table {table}, but the table in the database has no {what}",
        .operation + 1
    )]
    NotThere {
        /// The index of the operation.
        operation: usize,
        /// The table.
        table: TableName,
        /// What is missing: `check users_age`.
        what: String,
    },
    /// A view or trigger that no migration created uses what would go.
    #[error("operation {} drops {what}, which {user} uses", .operation + 1)]
    InUse {
        /// The index of the operation.
        operation: usize,
        /// What would be dropped: `column users.age`.
        what: String,
        /// Who uses it: `view adults`.
        user: String,
    },
}

impl Explain for RenderError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::DoesNotFit { source, .. } => source.kind(),
            Self::NotThere { .. } => ErrorKind::Drift,
            Self::Unsupported { .. } | Self::Unreadable { .. } | Self::InUse { .. } => {
                ErrorKind::Unsupported
            }
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::DoesNotFit { source, .. } => source.hints(),
            Self::Unsupported { source, .. } => vec![source.hint.clone()],
            Self::Unreadable { source, .. } => source.hints(),
            Self::NotThere { .. } => vec![
                "`cargo migrate check` lists how the database differs from the migrations"
                    .to_owned(),
            ],
            Self::InUse { user, .. } => vec![format!(
                "drop the {user} before, with `sql(\"…\")`, and create it again behind"
            )],
        }
    }
}
