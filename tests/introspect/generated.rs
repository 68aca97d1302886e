//! Schemas that are large rather than odd.

use std::fmt::Write as _;

/// Tables with a key, a unique, a foreign key to the one before, and two indexes.
pub(super) fn many_tables(count: usize) -> String {
    let mut sql = String::new();
    for number in 0..count {
        let parent = number.saturating_sub(1);
        write!(
            sql,
            "CREATE TABLE table_{number} (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,
                parent_id INTEGER REFERENCES table_{parent} (id) ON DELETE CASCADE, amount DECIMAL(10, 2) DEFAULT 0,
                created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, CHECK (amount >= 0));
            CREATE INDEX table_{number}_parent ON table_{number} (parent_id);
            CREATE INDEX table_{number}_created ON table_{number} (created_at DESC, name);\n"
        )
        .unwrap();
    }
    sql
}

/// One table of that many columns of all kinds.
pub(super) fn wide_table(columns: usize) -> String {
    const TYPES: [&str; 6] = [
        "INTEGER",
        "TEXT NOT NULL DEFAULT ''",
        "REAL",
        "BLOB",
        "DATETIME",
        "BOOLEAN DEFAULT 0",
    ];
    let mut sql = "CREATE TABLE wide (id INTEGER PRIMARY KEY".to_owned();
    for (number, ty) in (0..columns).zip(TYPES.iter().cycle()) {
        write!(sql, ", column_{number} {ty}").unwrap();
    }
    sql + "); CREATE INDEX wide_index ON wide (column_1, column_199)"
}
