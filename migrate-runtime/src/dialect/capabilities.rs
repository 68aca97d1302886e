//! What a database can do, as data.

/// Facts about a database that decide how operations are rendered and run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// DDL takes part in transactions: a failed migration leaves nothing behind.
    pub transactional_ddl: bool,
    /// Columns and constraints can be changed in place; otherwise the table is rebuilt.
    pub alter_in_place: bool,
    /// A column that changes is said again as a whole: what is not said of it is lost.
    pub restates_columns: bool,
    /// A unique constraint is a unique index, and the database does not tell which of the two was made.
    pub uniques_are_indexes: bool,
    /// There are enum types of their own.
    pub enum_types: bool,
    /// Comments on tables and columns are kept.
    pub comments: bool,
    /// There are unsigned integers.
    pub unsigned_integers: bool,
    /// Decimals are numbers; otherwise they are text, which sorts and compares as text.
    pub decimals: bool,
    /// Indexes can be made and dropped while others write, outside a transaction.
    pub concurrent_indexes: bool,
    /// No two tables of a schema have indexes of one name.
    pub schema_wide_indexes: bool,
    /// How many bytes of a name it keeps, if not all: two names may be one then.
    pub longest_name: Option<usize>,
}
