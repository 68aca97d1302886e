//! What generated code refers to. Nothing here is for people, and nothing here is stable.

pub use crate::check::Verdict;
pub use crate::migration::{
    ColumnDef, ConstraintDef, ConstraintKind, DefaultDef, EnumDef, GeneratedDef, IndexColumnDef,
    IndexDef, SqlDef, TableNameDef, TableOptionsDef, TypeDef,
};
pub use crate::model::{ColumnType, Model, ModelColumn, Registered, SchemaDef, TableDef};
pub use crate::schema::{Deferrable, NullsOrder, ReferentialAction, SortOrder, naming};
