//! A struct, from its table.

use super::attribute::{attribute, string};
use super::column::FieldWriter;
use super::constraint::{self, ConstraintNames};
use super::{Inexpressible, ModelsOptions, Plan, TableNames, Uses};
use crate::dialect::Dialect;
use crate::schema::{Column, Name, Schema, Table, TableOptions};
use std::collections::{BTreeMap, BTreeSet};

/// Why a table can have no model at all.
pub(super) fn obstacle(table: &Table, schema: &Schema) -> Option<String> {
    let name = table.name.name.as_str();
    if name.contains('.') {
        return Some(
            "its name has a point in it, which a model reads as `schema.table`".to_owned(),
        );
    }
    let twin = schema.tables.keys().any(|other| {
        *other != table.name
            && other.to_string().to_lowercase() == table.name.to_string().to_lowercase()
    });
    if twin {
        return Some(
            "its name differs from another table's only in the case of letters".to_owned(),
        );
    }
    let mut names = BTreeSet::new();
    table.columns.iter().find_map(|column| {
        let name = column.name.as_str();
        if name.is_empty() {
            return Some("a column has an empty name".to_owned());
        }
        let is_twin = !names.insert(name.to_lowercase());
        is_twin.then(|| {
            format!("the name of column {name} differs from another's only in the case of letters")
        })
    })
}

pub(super) struct TableWriter<'a> {
    pub(super) plan: &'a Plan,
    pub(super) schema: &'a Schema,
    pub(super) dialect: &'a dyn Dialect,
    pub(super) table: &'a Table,
    pub(super) names: &'a TableNames,
    /// The most columns that a `table!` has.
    diesel_columns: usize,
}

/// What constraints and indexes add to the struct and to its fields.
#[derive(Debug, Default)]
pub(super) struct Additions {
    pub(super) on_struct: Vec<String>,
    pub(super) on_fields: BTreeMap<Name, Vec<String>>,
}

impl<'a> TableWriter<'a> {
    pub(super) fn new(
        plan: &'a Plan,
        schema: &'a Schema,
        dialect: &'a dyn Dialect,
        options: &ModelsOptions,
        table: &'a Table,
        names: &'a TableNames,
    ) -> Self {
        Self {
            plan,
            schema,
            dialect,
            table,
            names,
            diesel_columns: options.diesel_columns,
        }
    }

    /// Whether diesel can have a `table!` of it.
    pub(super) fn has_diesel(&self, table: &Table) -> bool {
        let nameable = |schema: &Name| syn::parse_str::<syn::Ident>(schema.as_str()).is_ok();
        (1..=self.diesel_columns).contains(&table.columns.len())
            && table.name.schema.as_ref().is_none_or(nameable)
    }

    /// The whole struct.
    pub(super) fn write(&self, uses: &mut Uses, lost: &mut Vec<Inexpressible>) -> String {
        uses.diesel |= self.has_diesel(self.table);
        let mut additions = Additions::default();
        let mut taken = ConstraintNames::new(self.table);
        constraint::uniques(self, &mut taken, &mut additions);
        constraint::checks(self, &mut taken, &mut additions);
        constraint::foreign_keys(self, &mut taken, &mut additions, lost);
        constraint::indexes(self, &mut additions, lost);
        let stored = self.table.stored_sql.as_deref().unwrap_or_default();
        let unsayable = self.dialect.unsayable(stored).into_iter();
        lost.extend(unsayable.map(|(object, reason)| Inexpressible {
            table: self.table.name.clone(),
            object,
            reason,
        }));
        let mut source = format!(
            "/// A row of `{}`.\n",
            self.table.name.to_string().escape_debug()
        );
        source += &self.derives();
        source += &self.attributes(&additions);
        source.push_str("pub struct ");
        source.push_str(&self.names.model);
        source.push_str(" {\n");
        for column in &self.table.columns {
            source += &self.field(column, &mut additions, uses).unwrap_or_default();
        }
        source + "}\n"
    }

    fn field(&self, column: &Column, additions: &mut Additions, uses: &mut Uses) -> Option<String> {
        let writer = FieldWriter {
            dialect: self.dialect,
            column,
            field: self.names.field(&column.name)?,
            choice: self.plan.types.get(self.table, column)?,
            has_diesel: self.has_diesel(self.table),
            enums: &self.plan.enums,
            more: additions.on_fields.remove(&column.name).unwrap_or_default(),
        };
        Some(writer.write(uses))
    }

    fn primary_key(&self) -> &[Name] {
        self.table
            .primary_key
            .as_ref()
            .map_or(&[], |key| &key.columns)
    }

    fn derives(&self) -> String {
        let more = match (self.has_diesel(self.table), &self.table.primary_key) {
            (true, Some(_)) => ", Queryable, Selectable, Insertable, Identifiable",
            (true, None) => ", Queryable, Selectable, Insertable",
            (false, _) => "",
        };
        format!("#[derive(Debug, Model{more})]\n")
    }

    fn attributes(&self, additions: &Additions) -> String {
        let key: Vec<&str> = self
            .primary_key()
            .iter()
            .filter_map(|name| self.names.field(name))
            .collect();
        let has_key = !key.is_empty();
        let key = (has_key && key != ["id"]).then(|| format!("primary_key({})", key.join(", ")));
        let mut diesel = vec![format!("table_name = {}", self.names.module)];
        let mut model = Vec::new();
        let has_diesel = self.has_diesel(self.table);
        let named = !has_diesel || self.names.module != self.table.name.to_string();
        if named {
            model.push(format!("table = {}", string(&self.table.name.to_string())));
        }
        if has_diesel {
            diesel.extend(key);
        } else {
            model.extend(key);
        }
        if !has_key {
            model.push("no_primary_key".to_owned());
        }
        model.extend(self.options());
        if let Some(comment) = &self.table.comment {
            model.push(format!("comment = {}", string(comment)));
        }
        let mut lines = if has_diesel {
            attribute("", "diesel", &diesel)
        } else {
            String::new()
        };
        lines += &attribute("", "model", &model);
        for addition in &additions.on_struct {
            lines += &attribute("", "model", std::slice::from_ref(addition));
        }
        lines
    }

    fn options(&self) -> Vec<String> {
        let TableOptions {
            sqlite_strict,
            sqlite_without_rowid,
            sqlite_no_autoincrement,
            postgres_unlogged,
            postgres_tablespace,
            mysql_engine,
            mysql_charset,
            mysql_collation,
            mysql_row_format,
        } = &self.table.options;
        let mut words = Vec::new();
        if *sqlite_strict {
            words.push("strict");
        }
        if *sqlite_without_rowid {
            words.push("without_rowid");
        }
        if *sqlite_no_autoincrement {
            words.push("no_autoincrement");
        }
        let mut postgres = Vec::new();
        if *postgres_unlogged {
            postgres.push("unlogged".to_owned());
        }
        if let Some(space) = postgres_tablespace {
            postgres.push(format!("tablespace = {}", string(space)));
        }
        let mysql: Vec<String> = [
            ("engine", mysql_engine),
            ("charset", mysql_charset),
            ("collation", mysql_collation),
            ("row_format", mysql_row_format),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name} = {}", string(value.as_ref()?))))
        .collect();
        let mut options = Vec::new();
        if !mysql.is_empty() {
            options.push(format!("mysql({})", mysql.join(", ")));
        }
        if !words.is_empty() {
            options.push(format!("sqlite({})", words.join(", ")));
        }
        if !postgres.is_empty() {
            options.push(format!("postgres({})", postgres.join(", ")));
        }
        options
    }

    /// The fields of some columns, as an attribute lists them; `None` where one is not there.
    pub(super) fn fields(&self, columns: &[Name]) -> Option<Vec<String>> {
        columns
            .iter()
            .map(|column| self.names.field(column).map(constraint::listed))
            .collect()
    }

    /// The column of the table as it spells it, whatever the case of the letters.
    pub(super) fn column(&self, name: &Name) -> Option<&'a Column> {
        self.table
            .columns
            .iter()
            .find(|column| same(&column.name, name))
    }
}

/// Whether two names are one to a database that ignores the case of letters.
pub(super) fn same(one: &Name, other: &Name) -> bool {
    one == other || one.as_str().to_lowercase() == other.as_str().to_lowercase()
}
