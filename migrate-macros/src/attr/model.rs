//! `#[model(..)]` on a struct.

use super::field::ColumnOptions;
use super::index::IndexAttr;
use super::item::{Item, Value, Word, unknown};
use super::value::{
    Action, ColumnRef, Reference, Sql, TypeAttr, deferrable, option, unknown_dialect,
};
use super::{set, words};
use crate::ctxt::Ctxt;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Attribute, Lit, LitStr, Path};

const KEYS: &[&str] = &[
    "table",
    "schema",
    "diesel_table",
    "primary_key",
    "no_primary_key",
    "index",
    "unique",
    "check",
    "exclusion",
    "foreign_key",
    "column",
    "renamed_from",
    "comment",
    "sqlite",
    "postgres",
    "mysql",
    "joinable",
    "embedded",
    "unlisted",
    "crate",
];

/// Everything that `#[model(..)]` says of a struct.
#[derive(Default)]
pub(crate) struct ModelAttrs {
    pub(crate) table: Option<LitStr>,
    pub(crate) schema: Option<LitStr>,
    pub(crate) diesel_table: Option<Path>,
    pub(crate) primary_key: Option<Vec<ColumnRef>>,
    pub(crate) no_primary_key: Option<bool>,
    pub(crate) indexes: Vec<IndexAttr>,
    pub(crate) uniques: Vec<UniqueAttr>,
    pub(crate) checks: Vec<CheckAttr>,
    pub(crate) foreign_keys: Vec<ForeignKeyAttr>,
    pub(crate) columns: Vec<ColumnAttr>,
    pub(crate) renamed_from: Option<LitStr>,
    pub(crate) comment: Option<LitStr>,
    pub(crate) options: TableOptions,
    pub(crate) joinable: Option<bool>,
    pub(crate) embedded: Option<bool>,
    pub(crate) unlisted: Option<bool>,
    pub(crate) krate: Option<Path>,
}

/// `unique(a, b, name = "..")`.
pub(crate) struct UniqueAttr {
    pub(crate) span: Span,
    pub(crate) columns: Vec<ColumnRef>,
    pub(crate) name: Option<LitStr>,
    pub(crate) include: Vec<ColumnRef>,
    pub(crate) nulls_not_distinct: bool,
    pub(crate) deferrable: Option<TokenStream>,
}

/// `check(name = "..", "sql")`.
pub(crate) struct CheckAttr {
    pub(crate) span: Span,
    pub(crate) name: Option<LitStr>,
    pub(crate) sql: Sql,
}

/// `foreign_key(columns(a, b), references = Order(x, y), on_delete = "..")`.
pub(crate) struct ForeignKeyAttr {
    pub(crate) span: Span,
    pub(crate) columns: Vec<ColumnRef>,
    pub(crate) reference: Reference,
    pub(crate) name: Option<LitStr>,
    pub(crate) on_delete: Option<Action>,
    pub(crate) on_update: Option<Action>,
    pub(crate) deferrable: Option<TokenStream>,
    pub(crate) match_full: bool,
    /// Whether a join over it is written.
    pub(crate) joinable: bool,
}

/// `column("name", Type, ..)`: a column without a field.
pub(crate) struct ColumnAttr {
    pub(crate) name: ColumnRef,
    pub(crate) ty: TypeAttr,
    pub(crate) not_null: bool,
    pub(crate) options: ColumnOptions,
}

/// What one database offers and the others do not.
#[derive(Default)]
pub(crate) struct TableOptions {
    strict: bool,
    without_rowid: bool,
    no_autoincrement: bool,
    unlogged: bool,
    tablespace: Option<LitStr>,
    engine: Option<LitStr>,
    charset: Option<LitStr>,
    collation: Option<LitStr>,
    row_format: Option<LitStr>,
}

impl ModelAttrs {
    /// Reads the attributes of a struct.
    pub(crate) fn read(cx: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut attrs = Self::default();
        for word in words(cx, attributes, "model") {
            attrs.accept(cx, &word);
        }
        attrs
    }

    fn accept(&mut self, cx: &Ctxt, word: &Word) {
        match word.name().as_str() {
            "table" => set(cx, &mut self.table, word, word.text()),
            "schema" => set(cx, &mut self.schema, word, word.text()),
            "diesel_table" => set(cx, &mut self.diesel_table, word, word.path()),
            "primary_key" => set(cx, &mut self.primary_key, word, ColumnRef::list(word)),
            "no_primary_key" => set(cx, &mut self.no_primary_key, word, word.flag()),
            "index" => self.indexes.extend(cx.take(IndexAttr::read(word))),
            "unique" => self.uniques.extend(cx.take(UniqueAttr::read(word))),
            "check" => self.checks.extend(cx.take(CheckAttr::read(word))),
            "exclusion" => self.checks.extend(cx.take(CheckAttr::exclusion(word))),
            "foreign_key" => self
                .foreign_keys
                .extend(cx.take(ForeignKeyAttr::read(word))),
            "column" => self.columns.extend(ColumnAttr::read(cx, word)),
            "renamed_from" => set(cx, &mut self.renamed_from, word, word.text()),
            "comment" => set(cx, &mut self.comment, word, word.text()),
            "sqlite" | "postgres" | "mysql" => {
                cx.take(self.options.read(word));
            }
            "joinable" => set(cx, &mut self.joinable, word, word.boolean()),
            "embedded" => set(cx, &mut self.embedded, word, word.flag()),
            "unlisted" => set(cx, &mut self.unlisted, word, word.flag()),
            "crate" => set(cx, &mut self.krate, word, word.path()),
            _ => cx.add(unknown(&word.key, KEYS)),
        }
    }
}

impl UniqueAttr {
    const KEYS: &'static [&'static str] = &["name", "include", "nulls_not_distinct", "deferrable"];

    pub(crate) fn new(span: Span, columns: Vec<ColumnRef>) -> Self {
        Self {
            span,
            columns,
            name: None,
            include: Vec::new(),
            nulls_not_distinct: false,
            deferrable: None,
        }
    }

    fn read(word: &Word) -> syn::Result<Self> {
        let mut unique = Self::new(word.key.span(), Vec::new());
        for item in word.list("KEY(a, b, name = \"..\")")? {
            if !unique.accept(item)? {
                unique.columns.push(ColumnRef::from_item(item)?);
            }
        }
        if unique.columns.is_empty() {
            return Err(syn::Error::new(unique.span, "`unique` names fields"));
        }
        Ok(unique)
    }

    /// On a field: `unique` alone, or with options.
    pub(crate) fn of_field(word: &Word, column: ColumnRef) -> syn::Result<Self> {
        let mut unique = Self::new(word.key.span(), vec![column]);
        if !matches!(word.value, Value::Nothing) {
            for item in word.list("KEY` or `KEY(name = \"..\")")? {
                if !unique.accept(item)? {
                    return Err(match item {
                        Item::Word(word) => unknown(&word.key, Self::KEYS),
                        Item::Literal(literal) => {
                            syn::Error::new(literal.span(), "a key is expected")
                        }
                    });
                }
            }
        }
        Ok(unique)
    }

    fn accept(&mut self, item: &Item) -> syn::Result<bool> {
        let Item::Word(word) = item else {
            return Ok(false);
        };
        match (word.name().as_str(), &word.value) {
            ("name", Value::Is(_)) => self.name = Some(word.text()?),
            ("include", Value::List(_)) => self.include = ColumnRef::list(word)?,
            ("nulls_not_distinct", Value::Nothing) => self.nulls_not_distinct = true,
            ("deferrable", _) => self.deferrable = Some(deferrable(word)?),
            (_, Value::Is(_)) => return Err(unknown(&word.key, Self::KEYS)),
            (_, Value::Nothing | Value::List(_)) => return Ok(false),
        }
        Ok(true)
    }
}

impl CheckAttr {
    /// `check("sql")`, `check(name = "..", "sql", mysql = "..")`.
    pub(crate) fn read(word: &Word) -> syn::Result<Self> {
        let mut name = None;
        let mut sql = Sql::default();
        let form = "KEY(\"sql\")` or `KEY(name = \"..\", \"sql\")";
        for item in word.list(form)? {
            if sql.accept(item)? {
                continue;
            }
            match item {
                Item::Word(word) if word.name() == "name" => name = Some(word.text()?),
                Item::Word(word) => {
                    let known = ["name", "sqlite", "postgres", "mysql"];
                    return Err(unknown(&word.key, &known));
                }
                Item::Literal(literal) => {
                    return Err(syn::Error::new(
                        literal.span(),
                        "one string of SQL is expected",
                    ));
                }
            }
        }
        Ok(Self {
            span: word.key.span(),
            name,
            sql: sql.not_empty(word.key.span())?,
        })
    }
}

impl CheckAttr {
    /// `exclusion(name = "..", "USING gist (room WITH =, during WITH &&)")`: PostgreSQL alone has it.
    fn exclusion(word: &Word) -> syn::Result<Self> {
        let form = "KEY(name = \"..\", \"USING gist (a WITH =)\")";
        let (mut name, mut definition) = (None, None);
        for item in word.list(form)? {
            match item {
                Item::Word(word) if word.name() == "name" => name = Some(word.text()?),
                Item::Literal(Lit::Str(text)) if definition.is_none() => {
                    if !text.value().starts_with("USING ") {
                        let problem = "what stands behind EXCLUDE is expected: `USING gist (..)`";
                        return Err(syn::Error::new(text.span(), problem));
                    }
                    definition = Some(text.clone());
                }
                Item::Word(word) => return Err(unknown(&word.key, &["name"])),
                Item::Literal(literal) => {
                    let problem = "one string of SQL is expected";
                    return Err(syn::Error::new(literal.span(), problem));
                }
            }
        }
        let span = word.key.span();
        let (Some(name), Some(definition)) = (name, definition) else {
            let form = form.replace("KEY", "exclusion");
            let problem = format!("an exclusion constraint has a name and a text: `{form}`");
            return Err(syn::Error::new(span, problem));
        };
        Ok(Self {
            span,
            name: Some(name),
            sql: Sql::postgres(definition),
        })
    }
}

impl ForeignKeyAttr {
    const KEYS: &'static [&'static str] = &[
        "columns",
        "references",
        "name",
        "on_delete",
        "on_update",
        "deferrable",
        "match_full",
        "joinable",
    ];

    pub(crate) fn new(span: Span, columns: Vec<ColumnRef>, reference: Reference) -> Self {
        Self {
            span,
            columns,
            reference,
            name: None,
            on_delete: None,
            on_update: None,
            deferrable: None,
            match_full: false,
            joinable: true,
        }
    }

    fn read(word: &Word) -> syn::Result<Self> {
        let form = "KEY(columns(a, b), references = Model(x, y))";
        let (mut columns, mut reference) = (None, None);
        let (mut name, mut on_delete, mut on_update, mut when) = (None, None, None, None);
        let (mut joinable, mut match_full) = (true, false);
        for item in word.list(form)? {
            let Item::Word(word) = item else {
                return Err(syn::Error::new(item.span(), "a key is expected"));
            };
            match word.name().as_str() {
                "columns" => columns = Some(ColumnRef::list(word)?),
                "references" => reference = Some(Reference::from_word(word)?),
                "name" => name = Some(word.text()?),
                "on_delete" => on_delete = Some(Action::from_word(word)?),
                "on_update" => on_update = Some(Action::from_word(word)?),
                "deferrable" => when = Some(deferrable(word)?),
                "match_full" => match_full = word.flag()?,
                "joinable" => joinable = word.boolean()?,
                _ => return Err(unknown(&word.key, Self::KEYS)),
            }
        }
        let missing = |what: &str| {
            syn::Error::new(
                word.key.span(),
                format!(
                    "`foreign_key` needs `{what}`: {}",
                    form.replace("KEY", "foreign_key")
                ),
            )
        };
        Ok(Self {
            span: word.key.span(),
            columns: columns.ok_or_else(|| missing("columns(..)"))?,
            reference: reference.ok_or_else(|| missing("references = ..`"))?,
            name,
            on_delete,
            on_update,
            deferrable: when,
            match_full,
            joinable,
        })
    }
}

impl ColumnAttr {
    fn read(cx: &Ctxt, word: &Word) -> Option<Self> {
        let form = "KEY(\"name\", Text, not_null)";
        let [name, ty, details @ ..] = cx.take(word.list(form))? else {
            cx.error(
                word.key.span(),
                format!(
                    "a column without a field is written `{}`",
                    form.replace("KEY", "column")
                ),
            );
            return None;
        };
        let name = cx.take(ColumnRef::from_item(name))?;
        let ty = cx.take(TypeAttr::from_item(ty))?;
        let mut column = Self {
            name,
            ty,
            not_null: false,
            options: ColumnOptions::default(),
        };
        for detail in details {
            match detail {
                Item::Word(word) if word.name() == "not_null" => {
                    column.not_null = cx.take(word.flag()).unwrap_or_default();
                }
                Item::Word(word) => {
                    if !column.options.accept(cx, word) {
                        let known = [ColumnOptions::KEYS, &["not_null"]].concat();
                        cx.add(unknown(&word.key, &known));
                    }
                }
                Item::Literal(literal) => cx.error(literal.span(), "a key is expected"),
            }
        }
        Some(column)
    }
}

impl TableOptions {
    fn read(&mut self, word: &Word) -> syn::Result<()> {
        let dialect = word.name();
        let known: &[&str] = match dialect.as_str() {
            "sqlite" => &["strict", "without_rowid", "no_autoincrement"],
            "postgres" => &["unlogged", "tablespace"],
            "mysql" => &["engine", "charset", "collation", "row_format"],
            _ => return Err(unknown_dialect(&word.key)),
        };
        for item in word.list(&format!("KEY({})", known.join(", ")))? {
            let Item::Word(word) = item else {
                return Err(syn::Error::new(item.span(), "a key is expected"));
            };
            match (dialect.as_str(), word.name().as_str()) {
                ("sqlite", "strict") => self.strict = word.flag()?,
                ("sqlite", "without_rowid") => self.without_rowid = word.flag()?,
                ("sqlite", "no_autoincrement") => self.no_autoincrement = word.flag()?,
                ("postgres", "unlogged") => self.unlogged = word.flag()?,
                ("postgres", "tablespace") => self.tablespace = Some(word.text()?),
                ("mysql", "engine") => self.engine = Some(word.text()?),
                ("mysql", "charset") => self.charset = Some(word.text()?),
                ("mysql", "collation") => self.collation = Some(word.text()?),
                ("mysql", "row_format") => self.row_format = Some(word.text()?),
                _ => return Err(unknown(&word.key, known)),
            }
        }
        Ok(())
    }

    /// The `TableOptionsDef`, in the scope of the emitted module.
    pub(crate) fn expand(&self) -> TokenStream {
        let Self {
            strict,
            without_rowid,
            no_autoincrement,
            unlogged,
            tablespace,
            engine,
            charset,
            collation,
            row_format,
        } = self;
        let [tablespace, engine, charset, collation, row_format] =
            [tablespace, engine, charset, collation, row_format].map(option);
        quote! {
            __migrate::TableOptionsDef {
                sqlite_strict: #strict,
                sqlite_without_rowid: #without_rowid,
                sqlite_no_autoincrement: #no_autoincrement,
                postgres_unlogged: #unlogged,
                postgres_tablespace: #tablespace,
                mysql_engine: #engine,
                mysql_charset: #charset,
                mysql_collation: #collation,
                mysql_row_format: #row_format,
            }
        }
    }
}
