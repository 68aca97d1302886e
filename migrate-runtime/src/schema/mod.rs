//! The vocabulary: what a database schema is, as plain owned data.
//!
//! Models, the folded chain of migrations and introspection all end in a [`Schema`], so there is one
//! type to compare, to apply operations to and to render. Nothing here knows a database, SQL text or
//! Rust source. Logical forms ([`SqlType::Bool`], [`SqlType::Enum`]) and a database's own spellings
//! ([`SqlType::Native`]) live side by side; a `Dialect` turns the former into the latter.

mod column;
mod constraint;
mod enum_type;
mod index;
mod name;
pub mod naming;
mod sql_text;
mod sql_type;
mod table;

pub use column::{Column, DefaultValue, Generated, Value};
pub use constraint::{Check, Deferrable, ForeignKey, PrimaryKey, ReferentialAction, Unique};
pub use enum_type::EnumType;
pub use index::{Index, IndexColumn, IndexKey, NullsOrder, SortOrder};
pub use name::{Name, TableName};
pub use sql_text::{Backend, Overrides, SqlText};
pub use sql_type::SqlType;
pub use table::{Table, TableOptions};

use std::collections::BTreeMap;

/// Everything known of one database schema, or of what models or a chain say it should be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// The tables, by name.
    pub tables: BTreeMap<TableName, Table>,
    /// The enum types, by name. A database without enum types holds them as checks.
    pub enums: BTreeMap<Name, EnumType>,
    /// Objects that only introspection reports and that no operation creates: views, triggers,
    /// virtual tables, functions, partitions. They are listed and kept; rendering restores those that a rebuild drops.
    pub attached: Vec<Attached>,
}

impl Schema {
    /// An empty schema.
    pub fn new() -> Self {
        Self::default()
    }

    /// The table of that name.
    pub fn table(&self, name: &TableName) -> Option<&Table> {
        self.tables.get(name)
    }

    /// The table of that name, to change it.
    pub fn table_mut(&mut self, name: &TableName) -> Option<&mut Table> {
        self.tables.get_mut(name)
    }

    /// Adds a table; returns the one of the same name that it replaced.
    pub fn insert(&mut self, table: Table) -> Option<Table> {
        self.tables.insert(table.name.clone(), table)
    }
}

/// A database object that is no table, index or constraint of ours.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attached {
    /// What kind of object it is.
    pub kind: AttachedKind,
    /// Its name.
    pub name: Name,
    /// The table it hangs on, where it hangs on one (a trigger).
    pub table: Option<TableName>,
    /// The statement that creates it, as the database keeps it.
    pub sql: Option<String>,
}

/// The kinds of [`Attached`] objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum AttachedKind {
    /// A view.
    View,
    /// A trigger.
    Trigger,
    /// A virtual table (SQLite: FTS5, R-Tree …).
    VirtualTable,
    /// A table that a virtual table keeps its data in.
    ShadowTable,
    /// A materialized view.
    MaterializedView,
    /// A table of another server.
    ForeignTable,
    /// A part of another table: a partition, or a table that inherits.
    Partition,
    /// A sequence that belongs to no column.
    Sequence,
    /// A function, procedure or aggregate.
    Function,
    /// An event: a statement that the server runs by the clock.
    Event,
    /// A domain.
    Domain,
    /// A composite or range type.
    Type,
    /// A rule.
    Rule,
    /// A policy of row level security.
    Policy,
    /// An extension.
    Extension,
    /// A constraint that old rows need not satisfy (`NOT VALID`).
    NotValidated,
    /// A primary key or unique constraint with `INCLUDE`.
    CoveringKey,
    /// An index that a failed `CREATE INDEX CONCURRENTLY` left behind.
    InvalidIndex,
    /// The tablespace of an index.
    IndexTablespace,
    /// Extended statistics.
    Statistics,
    /// A publication.
    Publication,
    /// An event trigger.
    EventTrigger,
    /// A server that foreign tables are on.
    ForeignServer,
    /// A collation.
    Collation,
    /// A configuration or dictionary of the text search.
    TextSearch,
    /// An operator.
    Operator,
    /// A detail of a table, column, constraint, index or type, in these words: `STORAGE of column`.
    Detail(&'static str),
    /// The check that stands beside a column and is a part of it (MariaDB). The check itself is one of the
    /// table's; this says where it stands, for whoever restates the column.
    ColumnCheck,
    /// An expression of which a connection that may not write cannot tell whether it is the chain's.
    /// SQLite keeps expressions as they were written, so there it is always known.
    Undecided,
}

impl AttachedKind {
    /// The words for it in messages: `view`, `trigger`, `materialized view`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Trigger => "trigger",
            Self::VirtualTable => "virtual table",
            Self::ShadowTable => "shadow table",
            Self::MaterializedView => "materialized view",
            Self::ForeignTable => "foreign table",
            Self::Partition => "partition",
            Self::Sequence => "sequence",
            Self::Function => "function",
            Self::Event => "event",
            Self::Domain => "domain",
            Self::Type => "type",
            Self::Rule => "rule",
            Self::Policy => "policy",
            Self::Extension => "extension",
            Self::NotValidated => "NOT VALID of constraint",
            Self::CoveringKey => "INCLUDE of constraint",
            Self::InvalidIndex => "invalid index",
            Self::IndexTablespace => "tablespace of index",
            Self::Statistics => "statistics object",
            Self::Publication => "publication",
            Self::EventTrigger => "event trigger",
            Self::ForeignServer => "foreign server",
            Self::Collation => "collation",
            Self::TextSearch => "text search object",
            Self::Operator => "operator",
            Self::ColumnCheck => "CHECK of column",
            Self::Detail(words) => words,
            Self::Undecided => "undecided expression of",
        }
    }

    /// That rows of a table are kept in parts of it.
    pub const PARTITIONED: Self = Self::Detail("PARTITION BY of table");

    /// Whether no table of the same schema can have its name.
    pub const fn is_named_like_tables(self) -> bool {
        matches!(
            self,
            Self::View
                | Self::MaterializedView
                | Self::VirtualTable
                | Self::ShadowTable
                | Self::ForeignTable
                | Self::Partition
                | Self::Sequence
                | Self::Domain
                | Self::Type
        )
    }

    /// Whether it is no object of its own but something of a table or of what is on it.
    pub const fn is_detail(self) -> bool {
        matches!(
            self,
            Self::NotValidated
                | Self::CoveringKey
                | Self::InvalidIndex
                | Self::IndexTablespace
                | Self::ColumnCheck
                | Self::Detail(_)
        )
    }
}
