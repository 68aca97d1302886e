//! Enum types.

use super::Name;

/// An enum type: a name and its values, in order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumType {
    /// Its name.
    pub name: Name,
    /// Its values. The order is part of the meaning: PostgreSQL and MySQL sort by it.
    pub values: Vec<String>,
}
