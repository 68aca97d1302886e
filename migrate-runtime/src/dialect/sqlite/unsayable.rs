//! What a stored statement says and no [`Schema`](crate::schema::Schema) can hold.
//!
//! A rebuild keeps it, since it edits the stored text; a table made anew from models does not have it.
//! So it is told to whoever writes models of a database, and is no drift.

use super::ddl::{
    ColumnClause, ColumnClauseKind, ColumnDefinition, ConflictAction, CreateTable, KeyPart,
    References, TableConstraint, TableConstraintKind,
};
use crate::schema::Name;

/// Each fact, and why a model cannot say it; nothing of a statement that cannot be read.
pub(super) fn facts(sql: &str) -> Vec<(String, String)> {
    let Ok(statement) = CreateTable::parse(sql) else {
        return Vec::new();
    };
    let mut facts = Facts(Vec::new());
    for column in statement.columns() {
        facts.column(column);
    }
    for constraint in statement.constraints() {
        facts.constraint(constraint);
    }
    facts.0
}

struct Facts(Vec<(String, String)>);

impl Facts {
    fn add(&mut self, object: String, what: &str) {
        let reason = format!("no model says {what}; a rebuild keeps it");
        self.0.push((object, reason));
    }

    fn column(&mut self, column: &ColumnDefinition) {
        let name = &column.name;
        for ColumnClause {
            name: _,
            kind,
            range: _,
        } in &column.clauses
        {
            match kind {
                ColumnClauseKind::NotNull(conflict) => {
                    self.conflict(|| format!("column {name}"), *conflict);
                }
                ColumnClauseKind::PrimaryKey {
                    descending,
                    conflict,
                    autoincrement: _,
                } => {
                    if *descending {
                        self.add("primary key".to_owned(), "`DESC`");
                    }
                    self.conflict(|| "primary key".to_owned(), *conflict);
                }
                ColumnClauseKind::Unique(conflict) => {
                    self.conflict(|| format!("unique ({name})"), *conflict);
                }
                ColumnClauseKind::References(references) => {
                    self.matching(std::slice::from_ref(name), references);
                }
                ColumnClauseKind::Null
                | ColumnClauseKind::Check(_)
                | ColumnClauseKind::Default(_)
                | ColumnClauseKind::Collate(_)
                | ColumnClauseKind::Deferrable(_)
                | ColumnClauseKind::Generated { .. }
                | ColumnClauseKind::Nothing => {}
            }
        }
    }

    fn constraint(&mut self, constraint: &TableConstraint) {
        let TableConstraint {
            name: _,
            kind,
            text: _,
        } = constraint;
        match kind {
            TableConstraintKind::PrimaryKey {
                columns,
                autoincrement: _,
                conflict,
            } => {
                self.parts("primary key", columns, "");
                self.conflict(|| "primary key".to_owned(), *conflict);
            }
            TableConstraintKind::Unique { columns, conflict } => {
                let object = format!("unique ({})", list(columns.iter().map(|part| &part.column)));
                self.parts(&object, columns, &as_index(columns));
                self.conflict(|| object.clone(), *conflict);
            }
            TableConstraintKind::ForeignKey {
                columns,
                references,
            } => self.matching(columns, references),
            // SQLite takes no notice of what a check says of conflicts.
            TableConstraintKind::Check { .. } | TableConstraintKind::Nothing => {}
        }
    }

    /// ABORT is what happens when nothing is said.
    fn conflict(&mut self, object: impl Fn() -> String, conflict: Option<ConflictAction>) {
        let word = match conflict {
            None | Some(ConflictAction::Abort) => return,
            Some(ConflictAction::Rollback) => "ROLLBACK",
            Some(ConflictAction::Fail) => "FAIL",
            Some(ConflictAction::Ignore) => "IGNORE",
            Some(ConflictAction::Replace) => "REPLACE",
        };
        self.add(object(), &format!("`ON CONFLICT {word}`"));
    }

    /// What a key says of its columns; `instead` is how a model says the same of a collation.
    fn parts(&mut self, object: &str, parts: &[KeyPart], instead: &str) {
        for KeyPart {
            column,
            collation,
            descending,
        } in parts
        {
            if let Some(collation) = collation {
                let what = format!("`{column} COLLATE {collation}`");
                self.add(object.to_owned(), &what);
                if let Some((_, reason)) = self.0.last_mut() {
                    reason.push_str(instead);
                }
            }
            if *descending {
                self.add(object.to_owned(), &format!("`{column} DESC`"));
            }
        }
    }

    fn matching(&mut self, columns: &[Name], references: &References) {
        let word = references.matching.as_ref();
        if let Some(word) = word.filter(|word| !word.as_str().eq_ignore_ascii_case("SIMPLE")) {
            let object = format!("foreign key ({})", list(columns.iter()));
            self.add(
                object,
                &format!("`MATCH {word}`, of which SQLite takes no notice"),
            );
        }
    }
}

/// The index that does what the constraint does.
fn as_index(parts: &[KeyPart]) -> String {
    let parts: Vec<String> = (parts.iter())
        .map(|part| match &part.collation {
            Some(collation) => format!("{}(collate = \"{collation}\")", part.column),
            None => part.column.to_string(),
        })
        .collect();
    format!(
        "; a new table has it with `index({}, unique)`",
        parts.join(", ")
    )
}

fn list<'a>(names: impl Iterator<Item = &'a Name>) -> String {
    names.map(Name::as_str).collect::<Vec<_>>().join(", ")
}
