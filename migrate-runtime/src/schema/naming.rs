//! The naming convention of indexes and constraints.
//!
//! `{table}_{columns}_idx`, `_key`, `_check`, `_fkey`, at most [`MAX_LENGTH`] bytes on every
//! database; a longer name is cut and ends in a hash of the whole. All functions are `const`, so the
//! derive, the tool and the runtime share this one place.

/// The longest name PostgreSQL keeps (`NAMEDATALEN - 1`); MySQL keeps 64 characters.
pub const MAX_LENGTH: usize = 63;

/// A name made by the convention. It derefs to nothing so that it can live in a `const`.
///
/// ```
/// use migrate_runtime::schema::naming;
/// assert_eq!(naming::index("users", &["org_id"]).as_str(), "users_org_id_idx");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ConventionalName {
    bytes: [u8; MAX_LENGTH],
    length: usize,
}

impl ConventionalName {
    /// The text of the name.
    pub const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => panic!("a name is cut at a character boundary"),
        }
    }
}

/// The name of an index on columns: `{table}_{columns}_idx`.
pub const fn index(table: &str, columns: &[&str]) -> ConventionalName {
    conventional(table, columns, "idx")
}

/// The name of an index until the one that it replaces is gone: `{index}_new`.
pub(crate) const fn replacement(index: &str) -> ConventionalName {
    conventional(index, &[], "new")
}

/// The name of a unique constraint: `{table}_{columns}_key`.
pub const fn unique(table: &str, columns: &[&str]) -> ConventionalName {
    conventional(table, columns, "key")
}

/// The name of a check on columns: `{table}_{columns}_check`.
pub const fn check(table: &str, columns: &[&str]) -> ConventionalName {
    conventional(table, columns, "check")
}

/// The name of a foreign key: `{table}_{columns}_fkey`.
pub const fn foreign_key(table: &str, columns: &[&str]) -> ConventionalName {
    conventional(table, columns, "fkey")
}

const fn conventional(table: &str, columns: &[&str], suffix: &str) -> ConventionalName {
    let mut writer = Writer {
        bytes: [0; MAX_LENGTH],
        length: 0,
        hash: 0xcbf2_9ce4_8422_2325,
        overflow: false,
    };
    writer.push(table);
    let mut i = 0;
    while i < columns.len() {
        writer.push("_");
        writer.push(columns[i]);
        i += 1;
    }
    writer.push("_");
    writer.push(suffix);
    writer.finish()
}

struct Writer {
    bytes: [u8; MAX_LENGTH],
    length: usize,
    /// FNV-1a of everything pushed.
    hash: u64,
    overflow: bool,
}

impl Writer {
    const fn push(&mut self, text: &str) {
        let text = text.as_bytes();
        let mut i = 0;
        while i < text.len() {
            self.hash = (self.hash ^ text[i] as u64).wrapping_mul(0x0100_0000_01b3);
            if self.length < MAX_LENGTH {
                self.bytes[self.length] = text[i];
                self.length += 1;
            } else {
                self.overflow = true;
            }
            i += 1;
        }
    }

    const fn finish(mut self) -> ConventionalName {
        if self.overflow {
            // `_` and eight hexadecimal digits, after whole characters only.
            let mut at = MAX_LENGTH - 9;
            while at > 0 && self.bytes[at] & 0b1100_0000 == 0b1000_0000 {
                at -= 1;
            }
            self.bytes[at] = b'_';
            let mut digit = 0;
            while digit < 8 {
                let value = ((self.hash >> (4 * digit)) & 0xf) as u8;
                self.bytes[at + 1 + digit] = if value < 10 {
                    b'0' + value
                } else {
                    b'a' + value - 10
                };
                digit += 1;
            }
            self.length = at + 9;
        }
        ConventionalName {
            bytes: self.bytes,
            length: self.length,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_spelled_out() {
        assert_eq!(
            unique("users", &["org_id", "email"]).as_str(),
            "users_org_id_email_key"
        );
    }

    #[test]
    fn long_names_are_cut_and_stay_different() {
        let column = "a_column_whose_name_is_rather_long_already";
        let one = index("a_table_with_a_long_name", &[column, "x"]);
        let two = index("a_table_with_a_long_name", &[column, "y"]);
        assert_eq!(one.as_str().len(), MAX_LENGTH);
        assert_ne!(one.as_str(), two.as_str());
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        for pad in 0..8 {
            let table = format!("{}{}", "x".repeat(pad), "é".repeat(40));
            assert!(check(&table, &["a"]).as_str().len() <= MAX_LENGTH);
        }
    }
}
