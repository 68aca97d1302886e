//! The rows of a rebuilt table: how they are copied, and what must be true of them.
//!
//! Values are copied as they are; SQLite converts them to the new column's affinity by its own rule,
//! which never loses anything: `'12'` becomes 12 in an INTEGER column, `'abc'` stays text. So no CAST
//! where the affinity changes, which would make 0 of `'abc'`, but a look at what came of it. Only bytes
//! and text, which no affinity turns into each other, are cast, and JSON is put into its other form.

use super::blame::Subject;
use super::create::{Writer, default_text, in_brackets};
use super::default;
use super::edit::Change;
use super::violations::rows;
use crate::dialect::sqlite::types::{Affinity, affinity};
use crate::operation::mentions::mentions;
use crate::schema::{Backend, Check, Column, Name, SqlType, Table, TableName};
use crate::sql::words::Words;
use crate::sql::{Blame, Step};
use std::collections::BTreeMap;

/// The copy of a table's rows.
pub(super) struct Copy<'a> {
    pub(super) change: Change<'a>,
    pub(super) logical: (&'a Table, &'a Table),
    pub(super) filled: &'a [Name],
    pub(super) renamed_values: &'a BTreeMap<Name, Vec<(String, String)>>,
    pub(super) temporary: &'a TableName,
    pub(super) writer: Writer<'a>,
}

impl<'a> Copy<'a> {
    /// `INSERT … SELECT` of what lives on, with the number of the row where it has a name. Generated
    /// columns compute themselves.
    pub(super) fn insert(&self, rowid: Option<&str>) -> String {
        let mut to = Vec::new();
        let mut from = Vec::new();
        if let Some(rowid) = rowid {
            to.push(rowid.to_owned());
            from.push(rowid.to_owned());
        }
        for (before, after) in self.survivors() {
            to.push(self.quote(&after.name));
            from.push(self.value(before, after));
        }
        for column in self.doubtful_defaults().filter(|column| column.nullable) {
            if let Some(value) = default::for_rows(column, self.change.after) {
                to.push(self.quote(&column.name));
                from.push(value);
            }
        }
        let new = self.writer.dialect.quote_table(self.temporary);
        let old = self.writer.dialect.quote_table(&self.change.before.name);
        if to.is_empty() {
            // No column lives on: as many rows of defaults as there were rows.
            let first = self.change.after.columns.first();
            let column = first.map_or_else(|| "rowid".to_owned(), |first| self.quote(&first.name));
            let value = first
                .and_then(|first| first.default.as_ref())
                .and_then(default_text)
                .unwrap_or("NULL");
            return format!("INSERT INTO {new} ({column}) SELECT {value} FROM {old}");
        }
        format!(
            "INSERT INTO {new} ({}) SELECT {} FROM {old}",
            to.join(", "),
            from.join(", ")
        )
    }

    /// What must be true of the old rows, and what each step speaks of.
    pub(super) fn before_copy(&self) -> Vec<(Subject<'a>, Step)> {
        let Change {
            before,
            after,
            kept,
            ..
        } = self.change;
        let mut steps = Vec::new();
        for column in &after.columns {
            let required = !column.nullable && column.generated.is_none();
            if kept.contains(&column.name) {
                let was_null = before
                    .column(&column.name)
                    .is_some_and(|from| from.nullable);
                if required && was_null && !self.filled.contains(&column.name) {
                    steps.push((Subject::Required(column), self.no_nulls(column)));
                }
            } else if required && column.default.is_none() && !is_numbered(column, after) {
                steps.push((Subject::Added(column), self.no_rows(column)));
            }
        }
        for column in self.doubtful_defaults().filter(|column| !column.nullable) {
            steps.extend((self.fits_type(column)).map(|step| (Subject::Added(column), step)));
        }
        for (before, after) in self.survivors() {
            let subject = if is_numbered(after, self.change.after) {
                Subject::PrimaryKey
            } else {
                Subject::Type(after)
            };
            steps.extend((self.values_fit(before, after)).map(|step| (subject, step)));
        }
        for column in self.changed_enums() {
            steps.extend(self.known_values(column));
        }
        for (subject, columns) in self
            .new_keys()
            .filter(|(_, columns)| self.are_copied(columns))
        {
            steps.push((subject, self.no_duplicates(columns)));
        }
        for check in self.new_checks() {
            steps.extend((self.holds(check)).map(|step| (Subject::Check(check), step)));
        }
        steps
    }

    /// What may still refuse a row while it is copied.
    pub(super) fn during_copy(&self) -> Subject<'a> {
        let mut keys = (self.new_keys()).filter(|(_, columns)| !self.are_copied(columns));
        let mut checks = self
            .new_checks()
            .filter(|check| self.holds(check).is_none());
        (keys.next().map(|(subject, _)| subject))
            .or_else(|| checks.next().map(Subject::Check))
            .unwrap_or(Subject::Table)
    }

    fn new_checks(&self) -> impl Iterator<Item = &'a Check> + use<'a> {
        let Change { before, after, .. } = self.change;
        (after.checks.iter()).filter(|check| !before.checks.contains(check))
    }

    /// No row breaks a new check. Only where all that it speaks of is copied as it is; what else breaks
    /// it is seen when the row is copied.
    fn holds(&self, check: &Check) -> Option<Step> {
        let Change { before, after, .. } = self.change;
        let expression = check.expression.get(Backend::Sqlite)?;
        for column in &after.columns {
            if !mentions(&check.expression, &column.name) {
                continue;
            }
            let from = (before.column(&column.name))
                .filter(|from| self.change.kept.contains(&from.name))?;
            let (then, now) = Self::affinities(from, column);
            let is_same = then == now
                && from.collation == column.collation
                && from.generated == column.generated
                && self.value(from, column) == self.quote(&column.name);
            if !is_same {
                return None;
            }
        }
        let table = &before.name;
        let name = check
            .name
            .as_ref()
            .map_or_else(|| format!("({expression})"), ToString::to_string);
        Some(Step::Expect {
            blame: Blame::Rows,
            query: format!(
                "SELECT count(*) || ' of them' FROM {} WHERE NOT ({}) HAVING count(*) > 0",
                self.writer.dialect.quote_table(table),
                in_brackets(expression)
            ),
            problem: format!("rows of {table} break the check {name}"),
            hint: "change or delete them before, with a `backfill` or `sql` step".to_owned(),
        })
    }

    /// What must be true of the new rows, before the old ones go.
    pub(super) fn after_copy(&self) -> Vec<(Subject<'a>, Step)> {
        let old = self.writer.dialect.quote_table(&self.change.before.name);
        let new = self.writer.dialect.quote_table(self.temporary);
        let lost = Step::Expect {
            blame: Blame::Rows,
            query: format!(
                "SELECT o.n || ' rows before, ' || c.n || ' after' FROM \
                 (SELECT count(*) AS n FROM {old}) AS o, (SELECT count(*) AS n FROM {new}) AS c \
                 WHERE o.n <> c.n"
            ),
            problem: format!("rows of {} were lost in the copy", self.change.before.name),
            hint: "a constraint with ON CONFLICT REPLACE or IGNORE drops rows that break it"
                .to_owned(),
        };
        let mut steps = vec![(Subject::Table, lost)];
        for (before, after) in self.survivors() {
            if self.becomes_whole_number(before, after) {
                let name = self.quote(&after.name);
                let whole = Step::Expect {
                    blame: Blame::Rows,
                    query: format!(
                        "SELECT DISTINCT quote({name}) FROM {new} \
                         WHERE typeof({name}) NOT IN ('integer', 'null') LIMIT 5"
                    ),
                    problem: format!(
                        "values of {}.{} are no whole numbers, which its new type demands",
                        self.change.after.name, after.name
                    ),
                    hint: "convert them before, with a `backfill` or `sql` step".to_owned(),
                };
                steps.push((Subject::Type(after), whole));
            }
        }
        steps
    }

    fn survivors(&self) -> impl Iterator<Item = (&'a Column, &'a Column)> + use<'a> {
        let Change {
            before,
            after,
            kept,
            ..
        } = self.change;
        (after.columns.iter())
            .filter(move |column| kept.contains(&column.name) && column.generated.is_none())
            .filter_map(move |column| Some((before.column(&column.name)?, column)))
    }

    fn value(&self, before: &Column, after: &Column) -> String {
        let name = self.quote(&before.name);
        let mut value = match self.conversion(before, after) {
            Some(function) => format!("{function}({name})"),
            None => match Self::affinities(before, after) {
                (Affinity::Blob, Affinity::Text) => format!("CAST({name} AS TEXT)"),
                (Affinity::Text, Affinity::Blob) => format!("CAST({name} AS BLOB)"),
                _ => name.clone(),
            },
        };
        if let Some(renames) = self.renamed_values.get(&before.name) {
            let literal = |text: &str| self.writer.dialect.literal(text);
            let cases: Vec<String> = renames
                .iter()
                .map(|(from, to)| format!("WHEN {} THEN {}", literal(from), literal(to)))
                .collect();
            value = format!("CASE {value} {} ELSE {value} END", cases.join(" "));
        }
        if self.filled.contains(&after.name)
            && let Some(default) = after.default.as_ref().and_then(default_text)
        {
            value = format!("coalesce({value}, {default})");
        }
        value
    }

    /// The function between JSON's text and SQLite's binary form of it.
    fn conversion(&self, before: &Column, after: &Column) -> Option<&'static str> {
        let (from, to) = self.portable(&before.name, &after.name)?;
        match (from, to) {
            (SqlType::Jsonb, SqlType::Jsonb) => None,
            (SqlType::Jsonb, SqlType::Json | SqlType::Text) => Some("json"),
            (SqlType::Json | SqlType::Text, SqlType::Jsonb) => Some("jsonb"),
            _ => None,
        }
    }

    fn portable(&self, before: &Name, after: &Name) -> Option<(&SqlType, &SqlType)> {
        let (from, to) = self.logical;
        Some((&from.column(before)?.ty, &to.column(after)?.ty))
    }

    fn affinities(before: &Column, after: &Column) -> (Affinity, Affinity) {
        (affinity(spelling(before)), affinity(spelling(after)))
    }

    /// Affinity INTEGER from another one. NUMERIC is no reason: dates are kept as text there.
    fn becomes_whole_number(&self, before: &Column, after: &Column) -> bool {
        let (from, to) = Self::affinities(before, after);
        let becomes_bool = self
            .portable(&before.name, &after.name)
            .is_some_and(|(from, to)| *to == SqlType::Bool && from != to);
        (to == Affinity::Integer && from != to) || becomes_bool
    }

    fn no_nulls(&self, column: &Column) -> Step {
        let table = &self.change.before.name;
        Step::Expect {
            blame: Blame::Rows,
            query: format!(
                "SELECT count(*) || {} FROM {} WHERE {} IS NULL HAVING count(*) > 0",
                rows("count(*)"),
                self.writer.dialect.quote_table(table),
                self.quote(&column.name)
            ),
            problem: format!(
                "{table}.{} becomes NOT NULL, but there are rows where it is NULL",
                column.name
            ),
            hint: format!(
                "fill them before: `backfill(\"{table}\", \"{}\", …)`, or set a default in the same \
                 alter_column",
                column.name
            ),
        }
    }

    fn no_rows(&self, column: &Column) -> Step {
        let table = &self.change.before.name;
        Step::Expect {
            blame: Blame::Migration,
            query: format!(
                "SELECT count(*) || {} FROM {} HAVING count(*) > 0",
                rows("count(*)"),
                self.writer.dialect.quote_table(table)
            ),
            problem: format!(
                "{table}.{} is added as NOT NULL without a default, and the table has rows",
                column.name
            ),
            hint:
                "give it a default; or add it as nullable, fill it with a `backfill`, and set NOT \
                   NULL behind it"
                    .to_owned(),
        }
    }

    /// Added columns whose default the rules of the table may refuse.
    fn doubtful_defaults(&self) -> impl Iterator<Item = &'a Column> + use<'a> {
        let Change { after, kept, .. } = self.change;
        let of = move |column: &Column| -> Vec<&Check> {
            (after.checks.iter())
                .filter(|check| mentions(&check.expression, &column.name))
                .collect()
        };
        (after.columns.iter())
            .filter(move |column| !kept.contains(&column.name) && column.generated.is_none())
            .filter(move |column| !default::passes(column, after, &of(column)))
    }

    /// A STRICT table does not give its rows a default of another type.
    fn fits_type(&self, column: &Column) -> Option<Step> {
        let Change { before, after, .. } = self.change;
        let rule = default::strict_rule(column, after)?;
        let text = column.default.as_ref().and_then(default_text)?;
        let name = self.quote(&column.name);
        Some(Step::Expect {
            blame: Blame::Migration,
            query: format!(
                "SELECT quote({name}) || ' for ' || (SELECT count(*) FROM {table}) || {rows} \
                 FROM (SELECT {text} AS {name}) WHERE NOT {rule} \
                 AND EXISTS (SELECT 1 FROM {table})",
                table = self.writer.dialect.quote_table(&before.name),
                rows = rows(&format!(
                    "(SELECT count(*) FROM {})",
                    self.writer.dialect.quote_table(&before.name)
                )),
            ),
            problem: format!(
                "{}.{} is added as NOT NULL to a STRICT table with rows, and its default is no value \
                 of its type",
                after.name, column.name
            ),
            hint: "give it a default of its type".to_owned(),
        })
    }

    /// Where SQLite begins to enforce a type: in a STRICT table, and where a key becomes the row's number.
    fn values_fit(&self, from: &Column, to: &Column) -> Option<Step> {
        let Change { before, after, .. } = self.change;
        let rule = if is_numbered(to, after) && !is_numbered(from, before) {
            default::number_rule(to)
        } else {
            let rule = default::strict_rule(to, after)?;
            (default::strict_rule(from, before).as_ref() != Some(&rule)).then_some(rule)?
        };
        let name = self.quote(&to.name);
        // What is converted on the way is seen when it is copied.
        (self.value(from, to) == name).then(|| Step::Expect {
            blame: Blame::Rows,
            query: format!(
                "SELECT DISTINCT quote({name}) FROM {} WHERE ({rule}) IS NOT TRUE LIMIT 5",
                self.writer.dialect.quote_table(&before.name)
            ),
            problem: format!(
                "values of {}.{} are not {}, which SQLite enforces from now on",
                after.name,
                to.name,
                spelling(to).to_ascii_uppercase()
            ),
            hint: "convert them before, with a `backfill` or `sql` step".to_owned(),
        })
    }

    /// Enum columns whose values change.
    fn changed_enums(&self) -> impl Iterator<Item = &Column> {
        let Change { before, after, .. } = self.change;
        self.survivors()
            .map(|(_, column)| column)
            .filter(move |column| {
                let is_enum = |table: &Table| {
                    (table.column(&column.name))
                        .is_some_and(|column| matches!(column.ty, SqlType::Enum(_)))
                };
                is_enum(self.logical.1) && before.checks != after.checks
            })
    }

    /// The values are in the check that stands for the type.
    fn known_values(&self, column: &Column) -> Option<(Subject<'a>, Step)> {
        let name = self.quote(&column.name);
        let start = format!("{name} IN (");
        let (check, list) = self.new_checks().find_map(|check| {
            let text = check.expression.get(Backend::Sqlite)?;
            Some((check, text.strip_prefix(&start)?.strip_suffix(')')?))
        })?;
        let mut values = list.to_owned();
        for (from, _) in self.renamed_values.get(&column.name).into_iter().flatten() {
            values.push_str(", ");
            values.push_str(&self.writer.dialect.literal(from));
        }
        let table = &self.change.before.name;
        let known = Step::Expect {
            blame: Blame::Rows,
            query: format!(
                "SELECT quote({name}) || ' in ' || count(*) || {} FROM {} \
                 WHERE {name} NOT IN ({values}) GROUP BY {name} LIMIT 5",
                rows("count(*)"),
                self.writer.dialect.quote_table(table)
            ),
            problem: format!(
                "{table}.{} holds values that its enum type no longer has",
                column.name
            ),
            hint: "change those rows before, with a `backfill` or `sql` step".to_owned(),
        };
        Some((Subject::Check(check), known))
    }

    /// Keys and unique constraints that are new, and their columns.
    fn new_keys(&self) -> impl Iterator<Item = (Subject<'a>, &'a [Name])> + use<'a> {
        let Change { before, after, .. } = self.change;
        let old_key = before.primary_key.as_ref().map(|key| &key.columns);
        let key = (after.primary_key.iter())
            .filter(move |key| Some(&key.columns) != old_key)
            .map(|key| (Subject::PrimaryKey, key.columns.as_slice()));
        let uniques = (after.uniques.iter())
            .filter(|unique| !before.uniques.contains(unique))
            .map(|unique| (Subject::Unique(unique), unique.columns.as_slice()));
        key.chain(uniques)
    }

    fn are_copied(&self, columns: &[Name]) -> bool {
        (columns.iter()).all(|column| self.change.kept.contains(column))
    }

    fn no_duplicates(&self, columns: &[Name]) -> Step {
        let table = &self.change.before.name;
        let names = self.writer.names(columns);
        let shown: Vec<String> = columns
            .iter()
            .map(|column| format!("quote({})", self.quote(column)))
            .collect();
        let present: Vec<String> = columns
            .iter()
            .map(|column| format!("{} IS NOT NULL", self.quote(column)))
            .collect();
        Step::Expect {
            blame: Blame::Rows,
            query: format!(
                "SELECT {} || ' in ' || count(*) || ' rows' FROM {} WHERE {} \
                 GROUP BY {names} HAVING count(*) > 1 LIMIT 5",
                shown.join(" || ', ' || "),
                self.writer.dialect.quote_table(table),
                present.join(" AND ")
            ),
            problem: format!(
                "rows of {table} are equal in ({}), which is to be unique",
                columns
                    .iter()
                    .map(Name::as_str)
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            hint: "make them different, or delete all but one, before".to_owned(),
        }
    }

    fn quote(&self, name: &Name) -> String {
        self.writer.dialect.quote(name)
    }
}

/// A column that numbers itself needs no value.
fn is_numbered(column: &Column, table: &Table) -> bool {
    let is_key =
        (table.primary_key.as_ref()).is_some_and(|key| key.columns == [column.name.clone()]);
    is_key
        && !table.options.sqlite_without_rowid
        && spelling(column).eq_ignore_ascii_case("INTEGER")
}

/// The declared type of a physical column.
fn spelling(column: &Column) -> &str {
    match &column.ty {
        SqlType::Native(text) => text.get(Backend::Sqlite).unwrap_or_default(),
        _ => "",
    }
}
