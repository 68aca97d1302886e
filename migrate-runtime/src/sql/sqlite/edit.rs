//! Changes a table's stored statement from one physical form of the table to the next.
//!
//! In: the text, both forms, and which columns live on. Out: the text with the parts changed that
//! differ, and every other byte as it was: clauses that no model knows (`ON CONFLICT`, a collation, an
//! unnamed check, a comment) survive. A part is found by its name, a nameless one by what it says.

use super::super::RenderError;
use super::create::{Writer, collate, default_clause, generated_clause, is_autoincrement};
use crate::dialect::expression::canonical_rule;
use crate::dialect::sqlite::ddl::{
    ColumnClause, ColumnClauseKind, ColumnDefinition, CreateTable, DdlError, SegmentKind,
    StoredOptions, TableConstraint, TableConstraintKind,
};
use crate::schema::{Backend, Check, Column, ForeignKey, Name, Table, Unique};
use crate::sql::words::Words;
use std::collections::BTreeSet;

/// A table before and after, and the columns that are the same ones in both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change<'a> {
    /// The physical table before.
    pub(super) before: &'a Table,
    /// The physical table after.
    pub(super) after: &'a Table,
    /// Columns of both that were not dropped and added again in between.
    pub(super) kept: &'a BTreeSet<Name>,
    /// Checks that somebody wrote; the others stand for a column's type and may be missing.
    pub(super) written_checks: &'a BTreeSet<Name>,
}

/// The statement after the change.
pub(super) fn edit(
    text: &str,
    change: Change<'_>,
    writer: Writer<'_>,
) -> Result<CreateTable, RenderError> {
    let statement = CreateTable::parse(text).map_err(|source| RenderError::Unreadable {
        operation: writer.operation,
        table: change.before.name.clone(),
        source: Box::new(source),
    })?;
    let mut editor = Editor {
        statement,
        change,
        writer,
    };
    editor.drop_constraints()?;
    editor.drop_columns();
    editor.alter_columns()?;
    editor.add_columns()?;
    editor.add_constraints()?;
    let Table {
        options,
        primary_key,
        ..
    } = change.after;
    // Between two keys there is none, and then rows need their numbers.
    let wanted = StoredOptions {
        strict: options.sqlite_strict,
        without_rowid: options.sqlite_without_rowid && primary_key.is_some(),
    };
    if editor.statement.options != wanted {
        editor.statement.set_options(wanted);
    }
    Ok(editor.statement)
}

struct Editor<'a> {
    statement: CreateTable,
    change: Change<'a>,
    writer: Writer<'a>,
}

/// Where a constraint is written.
enum Place {
    Segment(usize),
    Clause(usize, usize),
}

impl Editor<'_> {
    fn drop_constraints(&mut self) -> Result<(), RenderError> {
        let Change {
            before,
            after,
            kept: _,
            written_checks,
        } = self.change;
        for unique in gone(&before.uniques, &after.uniques) {
            let place = self.find_unique(unique);
            self.remove(place.as_ref(), || {
                named("unique constraint", unique.name.as_ref())
            })?;
        }
        for check in gone(&before.checks, &after.checks) {
            let place = self.find_check(check);
            let optional = !check
                .name
                .as_ref()
                .is_some_and(|name| written_checks.contains(name));
            if place.is_some() || !optional {
                self.remove(place.as_ref(), || named("check", check.name.as_ref()))?;
            }
        }
        for key in gone(&before.foreign_keys, &after.foreign_keys) {
            let place = self.find_foreign_key(key);
            self.remove(place.as_ref(), || named("foreign key", key.name.as_ref()))?;
        }
        if self.primary_key_changes() && before.primary_key.is_some() {
            let place = self.find_primary_key();
            self.remove(place.as_ref(), || "primary key".to_owned())?;
        }
        Ok(())
    }

    fn primary_key_changes(&self) -> bool {
        let Change { before, after, .. } = self.change;
        let columns = |table: &Table| table.primary_key.as_ref().map(|key| key.columns.clone());
        let numbered =
            |table: &Table| (table.columns.iter()).any(|column| is_autoincrement(column, table));
        let lost = (before.primary_key.iter())
            .flat_map(|key| &key.columns)
            .any(|column| !self.change.kept.contains(column));
        columns(before) != columns(after) || numbered(before) != numbered(after) || lost
    }

    fn drop_columns(&mut self) {
        for column in &self.change.before.columns {
            if !self.change.kept.contains(&column.name)
                && let Some(place) = self.statement.position(&column.name)
            {
                self.statement.remove(place);
            }
        }
    }

    fn alter_columns(&mut self) -> Result<(), RenderError> {
        for from in &self.change.before.columns {
            if !self.change.kept.contains(&from.name) {
                continue;
            }
            let (Some(to), Some(place)) = (
                self.change.after.column(&from.name),
                self.statement.position(&from.name),
            ) else {
                continue;
            };
            if let Some(definition) = self.statement.column(&from.name)
                && (from != to || self.was_required_by_the_key(from, to, definition))
            {
                let text = self.altered(definition.clone(), from, to)?;
                self.replace(place, &text)?;
            }
        }
        Ok(())
    }

    /// A key may have been all that kept NULL out: an `INTEGER PRIMARY KEY`, or any `WITHOUT ROWID`.
    fn was_required_by_the_key(
        &self,
        from: &Column,
        to: &Column,
        definition: &ColumnDefinition,
    ) -> bool {
        let Change { before, after, .. } = self.change;
        let in_key = |table: &Table| {
            (table.primary_key.as_ref()).is_some_and(|key| key.columns.contains(&from.name))
        };
        let stays = in_key(after)
            && before.options.sqlite_without_rowid == after.options.sqlite_without_rowid
            && !self.primary_key_changes();
        let is_said = (definition.clauses.iter())
            .any(|clause| matches!(clause.kind, ColumnClauseKind::NotNull(_)));
        in_key(before) && !to.nullable && !stays && !is_said
    }

    fn altered(
        &self,
        mut definition: ColumnDefinition,
        from: &Column,
        to: &Column,
    ) -> Result<String, RenderError> {
        let Column {
            name,
            ty,
            nullable,
            default,
            generated,
            auto_increment: _,
            collation,
            comment: _,
        } = to;
        if from.ty != *ty {
            let spelling =
                self.writer
                    .dialect
                    .spell_type(ty)
                    .map_err(|source| RenderError::Unsupported {
                        operation: self.writer.operation,
                        source: crate::dialect::Unsupported {
                            what: format!("{} (column {name})", source.what),
                            ..source
                        },
                    })?;
            definition = self.read(&definition.text_with_type(&spelling))?;
        }
        let required = self.was_required_by_the_key(from, to, &definition);
        let mut set = |drop: fn(&ColumnClauseKind) -> bool, clause: Option<String>| {
            let mut text = definition.text_without(|clause| drop(&clause.kind));
            if let Some(clause) = clause {
                text = format!("{text} {clause}");
            }
            definition = self.read(&text)?;
            Ok::<(), RenderError>(())
        };
        if from.nullable != *nullable || required {
            set(
                |kind| matches!(kind, ColumnClauseKind::NotNull(_) | ColumnClauseKind::Null),
                (!nullable).then(|| "NOT NULL".to_owned()),
            )?;
        }
        if from.default != *default {
            set(
                |kind| matches!(kind, ColumnClauseKind::Default(_)),
                default.as_ref().and_then(default_clause),
            )?;
        }
        if from.collation != *collation {
            set(
                |kind| matches!(kind, ColumnClauseKind::Collate(_)),
                collation.as_deref().map(collate),
            )?;
        }
        if from.generated != *generated {
            set(
                |kind| matches!(kind, ColumnClauseKind::Generated { .. }),
                generated.as_ref().and_then(generated_clause),
            )?;
        }
        Ok(definition.text)
    }

    fn add_columns(&mut self) -> Result<(), RenderError> {
        for column in &self.change.after.columns {
            if !self.change.kept.contains(&column.name) {
                let text = self.writer.column(column)?;
                self.append(&text)?;
            }
        }
        Ok(())
    }

    fn add_constraints(&mut self) -> Result<(), RenderError> {
        let Change { before, after, .. } = self.change;
        if self.primary_key_changes() {
            self.add_primary_key()?;
        }
        for unique in gone(&after.uniques, &before.uniques) {
            self.append(&self.writer.unique(unique))?;
        }
        for check in gone(&after.checks, &before.checks) {
            if let Some(text) = self.writer.check(check) {
                self.append(&text)?;
            }
        }
        for key in gone(&after.foreign_keys, &before.foreign_keys) {
            self.append(&self.writer.foreign_key(key))?;
        }
        Ok(())
    }

    fn add_primary_key(&mut self) -> Result<(), RenderError> {
        let after = self.change.after;
        let numbered = (after.columns.iter()).find(|column| is_autoincrement(column, after));
        if let Some(column) = numbered {
            let (Some(place), Some(definition)) = (
                self.statement.position(&column.name),
                self.statement.column(&column.name),
            ) else {
                return Err(self.not_there(format!("column {}", column.name)));
            };
            let text = format!("{} PRIMARY KEY AUTOINCREMENT", definition.text);
            return self.replace(place, &text);
        }
        match &after.primary_key {
            Some(key) => self.append(&self.writer.primary_key(key)),
            None => Ok(()),
        }
    }

    fn find_primary_key(&self) -> Option<Place> {
        self.find(
            |constraint| matches!(constraint.kind, TableConstraintKind::PrimaryKey { .. }),
            |_, clause| matches!(clause.kind, ColumnClauseKind::PrimaryKey { .. }),
        )
    }

    fn find_unique(&self, unique: &Unique) -> Option<Place> {
        let by_name = [is_exactly, is_named].into_iter().find_map(|is| {
            self.find(
                |there| {
                    matches!(there.kind, TableConstraintKind::Unique { .. })
                        && is(there.name.as_ref(), unique.name.as_ref())
                },
                |_, clause| {
                    matches!(clause.kind, ColumnClauseKind::Unique(_))
                        && is(clause.name.as_ref(), unique.name.as_ref())
                },
            )
        });
        by_name.or_else(|| {
            self.find(
                |there| match &there.kind {
                    TableConstraintKind::Unique { columns, .. } => {
                        same_names(columns.iter().map(|part| &part.column), &unique.columns)
                    }
                    _ => false,
                },
                |column, clause| {
                    matches!(clause.kind, ColumnClauseKind::Unique(_))
                        && same_names(std::iter::once(column), &unique.columns)
                },
            )
        })
    }

    fn find_check(&self, check: &Check) -> Option<Place> {
        let of = |sql: &str| canonical_rule(Backend::Sqlite, sql);
        let wanted = (check.expression.get(Backend::Sqlite))
            .map(of)
            .unwrap_or_default();
        let says = |sql: &str| of(sql) == wanted;
        let own = check.name.as_ref();
        let find = |is: &dyn Fn(Option<&Name>, &str) -> bool| {
            self.find(
                |there| match &there.kind {
                    TableConstraintKind::Check { expression, .. } => {
                        is(there.name.as_ref(), expression)
                    }
                    _ => false,
                },
                |_, clause| match &clause.kind {
                    ColumnClauseKind::Check(expression) => is(clause.name.as_ref(), expression),
                    _ => false,
                },
            )
        };
        // A check that stands for a type keeps its name when table or column get another one, and may
        // then be called, but for the case, as the one of another column.
        find(&|name, _| is_exactly(name, own))
            .or_else(|| find(&|name, sql| is_named(name, own) && says(sql)))
            .or_else(|| find(&|_, sql| says(sql)))
            .or_else(|| find(&|name, _| is_named(name, own)))
    }

    fn find_foreign_key(&self, key: &ForeignKey) -> Option<Place> {
        let by_name = [is_exactly, is_named].into_iter().find_map(|is| {
            self.find(
                |there| {
                    matches!(there.kind, TableConstraintKind::ForeignKey { .. })
                        && is(there.name.as_ref(), key.name.as_ref())
                },
                |_, clause| {
                    matches!(clause.kind, ColumnClauseKind::References(_))
                        && is(clause.name.as_ref(), key.name.as_ref())
                },
            )
        });
        by_name.or_else(|| {
            self.find(
                |there| match &there.kind {
                    TableConstraintKind::ForeignKey {
                        columns,
                        references,
                    } => {
                        same_names(columns.iter(), &key.columns)
                            && same(&references.table, &key.target.name)
                    }
                    _ => false,
                },
                |column, clause| match &clause.kind {
                    ColumnClauseKind::References(references) => {
                        same_names(std::iter::once(column), &key.columns)
                            && same(&references.table, &key.target.name)
                    }
                    _ => false,
                },
            )
        })
    }

    fn find(
        &self,
        constraint: impl Fn(&TableConstraint) -> bool,
        clause: impl Fn(&Name, &ColumnClause) -> bool,
    ) -> Option<Place> {
        (self.statement.segments().iter().enumerate()).find_map(|(place, segment)| {
            match &segment.kind {
                SegmentKind::Constraint(there) => {
                    constraint(there).then_some(Place::Segment(place))
                }
                SegmentKind::Column(column) => (column.clauses.iter())
                    .position(|there| clause(&column.name, there))
                    .map(|at| Place::Clause(place, at)),
            }
        })
    }

    fn remove(
        &mut self,
        place: Option<&Place>,
        what: impl FnOnce() -> String,
    ) -> Result<(), RenderError> {
        match place {
            None => Err(self.not_there(what())),
            Some(Place::Segment(place)) => {
                self.statement.remove(*place);
                Ok(())
            }
            Some(Place::Clause(place, at)) => {
                let Some(SegmentKind::Column(column)) =
                    (self.statement.segments().get(*place)).map(|segment| &segment.kind)
                else {
                    return Err(self.not_there(what()));
                };
                let doomed = with_deferrable(&column.clauses, *at);
                let text = column.text_without(|clause| doomed.contains(&clause.range.start));
                self.replace(*place, &text)
            }
        }
    }

    fn append(&mut self, text: &str) -> Result<(), RenderError> {
        let result = self.statement.append(text);
        result.map_err(|source| self.unreadable(source))
    }

    fn replace(&mut self, place: usize, text: &str) -> Result<(), RenderError> {
        let result = self.statement.replace(place, text);
        result.map_err(|source| self.unreadable(source))
    }

    fn read(&self, text: &str) -> Result<ColumnDefinition, RenderError> {
        ColumnDefinition::parse(text).map_err(|source| self.unreadable(source))
    }

    fn unreadable(&self, source: DdlError) -> RenderError {
        RenderError::Unreadable {
            operation: self.writer.operation,
            table: self.change.before.name.clone(),
            source: Box::new(source),
        }
    }

    fn not_there(&self, what: String) -> RenderError {
        RenderError::NotThere {
            operation: self.writer.operation,
            table: self.change.before.name.clone(),
            what,
        }
    }
}

/// Where the clauses begin that go with the one at `at`: a `DEFERRABLE` belongs to the `REFERENCES`
/// before it.
fn with_deferrable(clauses: &[ColumnClause], at: usize) -> BTreeSet<usize> {
    let mut starts = BTreeSet::new();
    for clause in clauses.iter().skip(at).enumerate() {
        let (offset, clause) = clause;
        let follows = matches!(clause.kind, ColumnClauseKind::Deferrable(_));
        if offset == 0 || follows {
            starts.insert(clause.range.start);
        } else {
            break;
        }
    }
    starts
}

/// What is in the first list and not in the second.
fn gone<'a, T: PartialEq>(from: &'a [T], to: &'a [T]) -> impl Iterator<Item = &'a T> {
    from.iter().filter(|item| !to.contains(item))
}

fn named(kind: &str, name: Option<&Name>) -> String {
    name.map_or_else(|| format!("such {kind}"), |name| format!("{kind} {name}"))
}

fn is_exactly(there: Option<&Name>, wanted: Option<&Name>) -> bool {
    there.is_some() && there == wanted
}

fn is_named(there: Option<&Name>, wanted: Option<&Name>) -> bool {
    there.zip(wanted).is_some_and(|(a, b)| same(a, b))
}

fn same(a: &Name, b: &Name) -> bool {
    a.as_str().eq_ignore_ascii_case(b.as_str())
}

fn same_names<'a>(there: impl Iterator<Item = &'a Name>, wanted: &[Name]) -> bool {
    let there: Vec<&Name> = there.collect();
    there.len() == wanted.len() && there.iter().zip(wanted).all(|(a, b)| same(a, b))
}
