//! Models: the const data that `#[derive(Model)]` and `schema!` write, and the traits they go through.

mod column_types;
#[cfg(feature = "diesel")]
pub(crate) mod kept;
mod lower;
#[cfg(feature = "diesel")]
pub(crate) mod queries;
mod registered;
pub(crate) mod rules;

pub use registered::{Registered, listed};

use crate::migration::{
    ColumnDef, ConstraintDef, EnumDef, IndexDef, Migration, TableNameDef, TableOptionsDef, TypeDef,
};

/// A Rust type that can be the type of a column.
///
/// `#[derive(ColumnType)]` writes it for a newtype, `#[derive(SqlEnum)]` for an enum.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no column type",
    label = "no column type",
    note = "derive `ColumnType` for a newtype, `SqlEnum` for an enum, or say `#[model(sql_type(..))]`",
    note = "a type of `chrono`, `time`, `uuid`, `serde_json` or `bigdecimal` needs the cargo feature of that name on `migrate-runtime` (for `bigdecimal`: `decimal`)"
)]
pub trait ColumnType {
    /// The type of the column.
    const TYPE: TypeDef;
    /// Whether the column may be NULL.
    const NULLABLE: bool = false;
    /// The enum type, where it is one.
    const ENUM: Option<EnumDef> = None;
}

/// A struct that owns the definition of a table. `#[derive(Model)]` writes it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "add `#[derive(Model)]` to it"
)]
pub trait Model {
    /// The table. A literal, so that two models may refer to each other.
    const NAME: TableNameDef;
    /// The columns of the primary key. Literals, for the same reason.
    const PRIMARY_KEY: &'static [&'static str];
    /// Each field with its column, those of embedded structs left out. Literals, for the same reason.
    const FIELDS: &'static [(&'static str, &'static str)] = &[];
    /// Everything about the table.
    const TABLE: TableDef;
    /// Whether it says that no `schema!` of its crate lists it (`#[model(unlisted)]`).
    const UNLISTED: bool = false;
}

/// A struct that lends its columns to models: `#[derive(Model)] #[model(embedded)]` writes it, and
/// `#[diesel(embed)]` (or `#[model(embed)]`) on a field of a model uses it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be embedded",
    label = "not an embedded struct",
    note = "add `#[derive(Model)]` and `#[model(embedded)]` to it"
)]
pub trait Embedded {
    /// Its columns, in the order of its fields.
    const COLUMNS: &'static [ModelColumn];
}

/// What a model says of its table: the const form of [`Table`](crate::schema::Table).
#[derive(Debug, Clone, Copy)]
pub struct TableDef {
    /// The name of the struct, for messages.
    pub model: &'static str,
    /// The table.
    pub name: TableNameDef,
    /// Its columns, in the order of the fields.
    pub columns: &'static [ModelColumn],
    /// Its constraints, the primary key among them.
    pub constraints: &'static [ConstraintDef],
    /// Its indexes.
    pub indexes: &'static [IndexDef],
    /// Its comment.
    pub comment: Option<&'static str>,
    /// Its options.
    pub options: TableOptionsDef,
    /// The name the table had before (`#[model(renamed_from = "…")]`).
    pub renamed_from: Option<&'static str>,
}

/// A column of a model, with what only the model knows of it.
#[derive(Debug, Clone, Copy)]
pub struct ModelColumn {
    /// The field, or `""` for a column without one.
    pub field: &'static str,
    /// The column.
    pub column: ColumnDef,
    /// The enum type of the column, where it has one.
    pub enum_type: Option<EnumDef>,
    /// The name the column had before (`#[model(renamed_from = "…")]`).
    pub renamed_from: Option<&'static str>,
}

/// The models and the chain of a crate. `schema!` declares one.
#[derive(Debug, Clone, Copy)]
pub struct SchemaDef {
    /// The name of the chain: the package, unless `schema!` says otherwise.
    pub chain: &'static str,
    /// The models.
    pub models: &'static [TableDef],
    /// The tables of models that a `#[cfg]` takes out of this build. What the chain says of them holds:
    /// they are not missing, and not dropped.
    pub unmanaged: &'static [TableNameDef],
    /// What of the database is left out of every comparison: patterns such as `legacy_*`.
    pub ignore: &'static [&'static str],
    /// The bookkeeping table, `name` or `schema.name`, where it is not `__migrate_version`; the log is beside it.
    pub version_table: Option<&'static str>,
    /// The schemas of libraries whose tables live in the same database. Each keeps its own chain.
    pub include: &'static [Self],
    /// The migrations, in the order of their files.
    pub migrations: &'static [Migration],
    /// The text of `migrations/HEAD`.
    pub head: &'static str,
}
