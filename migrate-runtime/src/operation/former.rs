//! What the names of operations were before the renames among them.

use super::Operation;
use crate::schema::{Name, TableName};

/// What the names that operations use are called in the database before the first of them: renames,
/// latest last, as (before, after).
#[derive(Debug, Default)]
pub(crate) struct FormerNames {
    tables: Vec<(TableName, TableName)>,
    /// The table by its name now.
    columns: Vec<(TableName, Name, Name)>,
}

impl FormerNames {
    /// What the operation destroys, in the names of now. It is to be asked of each operation, in their order.
    pub(crate) fn destroyed(&mut self, operation: &Operation) -> Option<(TableName, Option<Name>)> {
        match operation {
            Operation::DropTable { table, .. } => Some((self.table(table), None)),
            Operation::DropColumn { table, column, .. } => {
                let table = self.table(table);
                let column = self.column(&table, column);
                Some((table, Some(column)))
            }
            Operation::RenameTable { from, to } => {
                self.tables.push((from.clone(), to.clone()));
                None
            }
            Operation::RenameColumn { table, from, to } => {
                let table = self.table(table);
                self.columns.push((table, from.clone(), to.clone()));
                None
            }
            _ => None,
        }
    }

    fn table(&self, name: &TableName) -> TableName {
        let mut name = name;
        for (before, after) in self.tables.iter().rev() {
            if after == name {
                name = before;
            }
        }
        name.clone()
    }

    fn column(&self, table: &TableName, name: &Name) -> Name {
        let mut name = name;
        for (of, before, after) in self.columns.iter().rev() {
            if of == table && after == name {
                name = before;
            }
        }
        name.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_after_renames_is_called_as_before_them() {
        let table = TableName::new;
        let mut names = FormerNames::default();
        let mut destroyed = |operation: Operation| names.destroyed(&operation);
        let rename = |from, to| Operation::RenameTable {
            from: table(from),
            to: table(to),
        };
        let drop = |of, column: &str| Operation::DropColumn {
            table: table(of),
            column: column.into(),
            if_exists: false,
        };
        assert_eq!(destroyed(rename("people", "humans")), None);
        assert_eq!(destroyed(rename("humans", "persons")), None);
        let column = Operation::RenameColumn {
            table: table("persons"),
            from: "x".into(),
            to: "y".into(),
        };
        assert_eq!(destroyed(column), None);
        let was = |column: &str| Some((table("people"), Some(column.into())));
        assert_eq!(destroyed(drop("persons", "y")), was("x"));
        assert_eq!(destroyed(drop("persons", "z")), was("z"));
        let whole = Operation::DropTable {
            table: table("persons"),
            if_exists: false,
        };
        assert_eq!(destroyed(whole), Some((table("people"), None)));
    }
}
