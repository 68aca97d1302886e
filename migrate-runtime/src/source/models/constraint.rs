//! Constraints and indexes, as attributes of a struct or of one of its fields.

use super::attribute::string;
use super::table::{Additions, TableWriter, same};
use super::{Inexpressible, TableNames};
use crate::schema::{
    Check, Deferrable, ForeignKey, Index, IndexColumn, IndexKey, Name, ReferentialAction,
    SortOrder, Table, TableName, Unique, naming,
};
use std::collections::BTreeSet;

/// The names that constraints of a table have taken.
pub(super) struct ConstraintNames {
    constraints: BTreeSet<String>,
    /// Those of indexes, which a unique constraint may not have either.
    indexes: BTreeSet<String>,
}

impl ConstraintNames {
    pub(super) fn new(table: &Table) -> Self {
        let indexes = table.indexes.iter();
        Self {
            constraints: BTreeSet::new(),
            indexes: indexes
                .map(|index| index.name.as_str().to_owned())
                .collect(),
        }
    }

    /// What a unique constraint says of its name.
    fn choose_unique(&mut self, given: Option<&Name>, conventional: &str) -> Option<String> {
        let all = self.constraints.union(&self.indexes).cloned().collect();
        let (name, words) = choose(&all, given, conventional)?;
        self.constraints.insert(name);
        words
    }

    /// What a check or a foreign key says of its name.
    fn choose(&mut self, given: Option<&Name>, conventional: &str) -> Option<String> {
        let (name, words) = choose(&self.constraints, given, conventional)?;
        self.constraints.insert(name);
        words
    }
}

/// A name, and what says it: nothing where the convention makes the same one, or where the database has none and the
/// convention's is free.
fn choose(
    taken: &BTreeSet<String>,
    given: Option<&Name>,
    conventional: &str,
) -> Option<(String, Option<String>)> {
    let given = given
        .map(Name::as_str)
        .filter(|name| !name.is_empty() && name.len() <= naming::MAX_LENGTH);
    let wanted = given.unwrap_or(conventional);
    let name = std::iter::once(wanted.to_owned())
        .chain((2..1000).map(|number| format!("{}_{number}", shortened(wanted))))
        .find(|name| !taken.contains(name))?;
    let words = (name != conventional).then(|| format!("name = {}", string(&name)));
    Some((name, words))
}

/// A name with room for a number behind it.
fn shortened(name: &str) -> String {
    let mut short = name.to_owned();
    while short.len() > naming::MAX_LENGTH - 4 {
        short.pop();
    }
    short
}

/// A field in a list; words that mean something there, and strings, are quoted.
pub(super) fn listed(field: &str) -> String {
    const WORDS: &[&str] = &["deferrable", "match_full", "nulls_not_distinct", "unique"];
    if WORDS.contains(&field) {
        string(field)
    } else {
        field.to_owned()
    }
}

fn strs(names: &[Name]) -> Vec<&str> {
    names.iter().map(Name::as_str).collect()
}

fn call(word: &str, arguments: &[String]) -> String {
    if arguments.is_empty() {
        word.to_owned()
    } else {
        format!("{word}({})", arguments.join(", "))
    }
}

impl Additions {
    /// Says something on the field of the only column, or on the struct.
    fn add(&mut self, table: &Table, columns: &[Name], on_field: Vec<String>, on_struct: String) {
        let column = match columns {
            [only] => table.columns.iter().find(|column| same(&column.name, only)),
            _ => None,
        };
        match column {
            Some(column) => self
                .on_fields
                .entry(column.name.clone())
                .or_default()
                .extend(on_field),
            None => self.on_struct.push(on_struct),
        }
    }
}

pub(super) fn uniques(
    writer: &TableWriter<'_>,
    taken: &mut ConstraintNames,
    additions: &mut Additions,
) {
    let mut seen = BTreeSet::new();
    for unique in &writer.table.uniques {
        let Unique {
            name,
            columns,
            include,
            nulls_not_distinct,
            deferrable,
        } = unique;
        if !seen.insert(columns.clone()) {
            continue;
        }
        let Some(mut fields) = writer.fields(columns) else {
            continue;
        };
        let table = writer.table.name.name.as_str();
        let conventional = naming::unique(table, &strs(columns));
        let mut details: Vec<String> = taken
            .choose_unique(name.as_ref(), conventional.as_str())
            .into_iter()
            .collect();
        if let Some(included) = writer.fields(include).filter(|fields| !fields.is_empty()) {
            details.push(format!("include({})", included.join(", ")));
        }
        if *nulls_not_distinct {
            details.push("nulls_not_distinct".to_owned());
        }
        details.extend(deferrable_detail(*deferrable));
        let on_field = vec![call("unique", &details)];
        fields.extend(details);
        additions.add(writer.table, columns, on_field, call("unique", &fields));
    }
}

/// Checks go to the struct, as a database does not say which column one is about. The convention
/// names them after the table alone and numbers them.
pub(super) fn checks(
    writer: &TableWriter<'_>,
    taken: &mut ConstraintNames,
    additions: &mut Additions,
) {
    let mut unnamed = 0;
    for check in &writer.table.checks {
        let Check { name, expression } = check;
        if let (Some(definition), Some(name)) = (check.exclusion(), name) {
            let name = format!("name = {}", string(name.as_str()));
            let details = [name, string(definition)];
            additions.on_struct.push(call("exclusion", &details));
            continue;
        }
        let Some(sql) = expression.get(writer.dialect.backend()) else {
            continue;
        };
        let number = (unnamed + 1).to_string();
        let parts: &[&str] = if unnamed == 0 { &[] } else { &[&number] };
        let conventional = naming::check(writer.table.name.name.as_str(), parts);
        let mut details: Vec<String> = taken
            .choose(name.as_ref(), conventional.as_str())
            .into_iter()
            .collect();
        if details.is_empty() {
            unnamed += 1;
        }
        details.push(string(sql));
        additions.on_struct.push(call("check", &details));
    }
}

pub(super) fn foreign_keys(
    writer: &TableWriter<'_>,
    taken: &mut ConstraintNames,
    additions: &mut Additions,
    lost: &mut Vec<Inexpressible>,
) {
    for key in &writer.table.foreign_keys {
        match reference(writer, key) {
            Ok(reference) => foreign_key(writer, key, &reference, taken, additions),
            Err(reason) => lost.push(Inexpressible {
                table: writer.table.name.clone(),
                object: describe(&key.columns, &key.target, &key.target_columns),
                reason,
            }),
        }
    }
}

fn describe(columns: &[Name], target: &TableName, target_columns: &[Name]) -> String {
    let (columns, target_columns) = (strs(columns).join(", "), strs(target_columns).join(", "));
    if target_columns.is_empty() {
        format!("foreign key ({columns}) to {target}")
    } else {
        format!("foreign key ({columns}) to {target} ({target_columns})")
    }
}

fn foreign_key(
    writer: &TableWriter<'_>,
    key: &ForeignKey,
    reference: &str,
    taken: &mut ConstraintNames,
    additions: &mut Additions,
) {
    let ForeignKey {
        name,
        columns,
        target: _,
        target_columns: _,
        on_delete,
        on_update,
        deferrable,
        match_full,
    } = key;
    let Some(fields) = writer.fields(columns) else {
        return;
    };
    let conventional = naming::foreign_key(writer.table.name.name.as_str(), &strs(columns));
    let name = taken.choose(name.as_ref(), conventional.as_str());
    let mut details = vec![format!("references = {reference}")];
    let actions = [("on_delete", *on_delete), ("on_update", *on_update)];
    for (word, action) in actions {
        if action != ReferentialAction::NoAction {
            let action = action.as_sql().to_lowercase();
            details.push(format!("{word} = {}", string(&action)));
        }
    }
    details.extend(deferrable_detail(*deferrable));
    if *match_full {
        details.push("match_full".to_owned());
    }
    if is_mutual(writer, key) || lacks_a_table(writer, key) {
        details.push("joinable = false".to_owned());
    }
    let has_one = columns.first().is_some_and(|column| {
        additions
            .on_fields
            .get(column)
            .is_some_and(|said| said.iter().any(|item| item.starts_with("references")))
    });
    // On a field there is one `references`, and it takes no name.
    let on_field = details.clone();
    let mut on_struct = vec![format!("columns({})", fields.join(", "))];
    on_struct.extend(details);
    let plain = name.is_none() && !has_one;
    on_struct.extend(name);
    let on_struct = call("foreign_key", &on_struct);
    if plain {
        additions.add(writer.table, columns, on_field, on_struct);
    } else {
        additions.on_struct.push(on_struct);
    }
}

/// Whether the other table refers back, which would make two joins of one pair.
fn is_mutual(writer: &TableWriter<'_>, key: &ForeignKey) -> bool {
    let name_of = |table: &TableName| writer.plan.find(table).map(|(name, _)| name);
    let own = name_of(&writer.table.name);
    let Some(target) = name_of(&key.target) else {
        return false;
    };
    let target_keys = writer.schema.table(target).map(|table| &table.foreign_keys);
    Some(target) != own
        && target_keys.is_some_and(|keys| keys.iter().any(|back| name_of(&back.target) == own))
}

/// Whether the struct has a `table!` and that of the other table, which is too wide, has none to join.
fn lacks_a_table(writer: &TableWriter<'_>, key: &ForeignKey) -> bool {
    let target = writer.plan.find(&key.target);
    let target = target.and_then(|(name, _)| writer.schema.table(name));
    writer.has_diesel(writer.table) && target.is_some_and(|target| !writer.has_diesel(target))
}

/// `Model` or `Model(field, …)`; the reason where a model cannot say it.
fn reference(writer: &TableWriter<'_>, key: &ForeignKey) -> Result<String, String> {
    let Some((target_name, names)) = writer.plan.find(&key.target) else {
        return Err(format!("there is no model of `{}`", key.target));
    };
    let Some(target) = writer.schema.table(target_name) else {
        return Err(format!("there is no table `{target_name}`"));
    };
    let primary: &[Name] = target.primary_key.as_ref().map_or(&[], |key| &key.columns);
    let columns: &[Name] = if key.target_columns.is_empty() {
        primary
    } else {
        &key.target_columns
    };
    if columns.len() != key.columns.len() {
        return Err("it has another number of columns than the key it refers to".to_owned());
    }
    if !is_key(target, columns) {
        return Err(
            "the columns it refers to are neither the primary key nor unique, so SQLite refuses changes to its rows"
                .to_owned(),
        );
    }
    let sets_null = [key.on_delete, key.on_update].contains(&ReferentialAction::SetNull);
    let mut own = key
        .columns
        .iter()
        .filter_map(|column| writer.column(column));
    if sets_null && own.any(|column| !column.nullable) {
        return Err("it sets a column to NULL that cannot be NULL".to_owned());
    }
    Ok(target_text(names, columns, primary))
}

fn target_text(names: &TableNames, columns: &[Name], primary: &[Name]) -> String {
    let is_primary =
        columns.len() == primary.len() && columns.iter().zip(primary).all(|(a, b)| same(a, b));
    if is_primary {
        return names.model.clone();
    }
    let fields: Vec<&str> = columns
        .iter()
        .filter_map(|column| names.field(column))
        .collect();
    format!("{}({})", names.model, fields.join(", "))
}

/// Whether the columns are the primary key of a table, or unique in it, in any order.
fn is_key(table: &Table, columns: &[Name]) -> bool {
    let is_set = |key: &[Name]| {
        key.len() == columns.len()
            && columns
                .iter()
                .all(|column| key.iter().any(|part| same(part, column)))
    };
    let primary = table.primary_key.iter().map(|key| key.columns.clone());
    let uniques = table.uniques.iter().map(|unique| unique.columns.clone());
    let indexes = table.indexes.iter().filter_map(plain_unique_key);
    primary
        .chain(uniques)
        .chain(indexes)
        .any(|key| is_set(&key))
}

fn plain_unique_key(index: &Index) -> Option<Vec<Name>> {
    if !index.unique || index.predicate.is_some() {
        return None;
    }
    index
        .columns
        .iter()
        .map(|column| match &column.key {
            IndexKey::Column(name) if *column == IndexColumn::new(column.key.clone()) => {
                Some(name.clone())
            }
            IndexKey::Column(_) | IndexKey::Expression(_) => None,
        })
        .collect()
}

fn deferrable_detail(deferrable: Deferrable) -> Option<String> {
    match deferrable {
        Deferrable::No => None,
        Deferrable::InitiallyImmediate => Some("deferrable".to_owned()),
        Deferrable::InitiallyDeferred => Some("deferrable = \"initially deferred\"".to_owned()),
    }
}

pub(super) fn indexes(
    writer: &TableWriter<'_>,
    additions: &mut Additions,
    lost: &mut Vec<Inexpressible>,
) {
    for index in &writer.table.indexes {
        if let Err(reason) = write_index(writer, index, additions) {
            lost.push(Inexpressible {
                table: writer.table.name.clone(),
                object: format!("index {}", index.name),
                reason: reason.to_owned(),
            });
        }
    }
}

fn write_index(
    writer: &TableWriter<'_>,
    index: &Index,
    additions: &mut Additions,
) -> Result<(), &'static str> {
    let Index {
        name,
        columns,
        unique,
        predicate,
        method,
        include,
        nulls_not_distinct,
        storage,
    } = index;
    let names: Vec<Name> = columns
        .iter()
        .filter_map(|column| match &column.key {
            IndexKey::Column(name) => Some(name.clone()),
            IndexKey::Expression(_) => None,
        })
        .collect();
    let has_expression = names.len() < columns.len();
    let mut details = Vec::new();
    let table = writer.table.name.name.as_str();
    if has_expression || naming::index(table, &strs(&names)).as_str() != name.as_str() {
        details.push(format!("name = {}", string(name.as_str())));
    }
    if *unique {
        details.push("unique".to_owned());
    }
    if let Some(sql) = predicate
        .as_ref()
        .and_then(|sql| sql.get(writer.dialect.backend()))
    {
        details.push(format!("where = {}", string(sql)));
    }
    if let Some(method) = method {
        details.push(format!("method = {}", string(method)));
    }
    if !include.is_empty() {
        let fields = writer
            .fields(include)
            .ok_or("it includes a column that is not there")?;
        details.push(format!("include({})", fields.join(", ")));
    }
    if *nulls_not_distinct {
        details.push("nulls_not_distinct".to_owned());
    }
    if let Some(storage) = storage {
        details.push(format!("storage = {}", string(storage)));
    }
    let mut key: Vec<String> = columns
        .iter()
        .map(|column| index_part(writer, column))
        .collect::<Result<_, _>>()?;
    let on_field = match columns.as_slice() {
        [only] => {
            let mut said = part_details(only);
            said.extend(details.iter().cloned());
            vec![call("index", &said)]
        }
        _ => Vec::new(),
    };
    key.extend(details);
    let single = if has_expression {
        &[]
    } else {
        names.as_slice()
    };
    additions.add(writer.table, single, on_field, call("index", &key));
    Ok(())
}

fn index_part(writer: &TableWriter<'_>, column: &IndexColumn) -> Result<String, &'static str> {
    let details = part_details(column);
    match &column.key {
        IndexKey::Column(name) => {
            let field = writer
                .names
                .field(name)
                .ok_or("one of its columns is not there")?;
            let listed = listed(field);
            if listed != field && !details.is_empty() {
                return Err("the attribute cannot tell its column from a key of the same name");
            }
            Ok(call(&listed, &details))
        }
        IndexKey::Expression(sql) => {
            let sql = sql
                .get(writer.dialect.backend())
                .ok_or("it has no text for this database")?;
            if details.is_empty() {
                return Ok(format!("expression = {}", string(sql)));
            }
            let mut arguments = vec![string(sql)];
            arguments.extend(details);
            Ok(call("expression", &arguments))
        }
    }
}

fn part_details(column: &IndexColumn) -> Vec<String> {
    let IndexColumn {
        key: _,
        order,
        nulls,
        collation,
        operator_class,
    } = column;
    let mut details = Vec::new();
    if *order == SortOrder::Descending {
        details.push("desc".to_owned());
    }
    match nulls {
        Some(crate::schema::NullsOrder::First) => details.push("nulls_first".to_owned()),
        Some(crate::schema::NullsOrder::Last) => details.push("nulls_last".to_owned()),
        None => {}
    }
    if let Some(collation) = collation {
        details.push(format!("collate = {}", string(collation)));
    }
    if let Some(class) = operator_class {
        details.push(format!("operator_class = {}", string(class)));
    }
    details
}
