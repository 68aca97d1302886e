//! `index(..)` of `#[model(..)]`, on a struct or a field.

use super::item::{Item, Value, Word, unknown};
use super::value::{ColumnRef, Sql};
use proc_macro2::Span;
use syn::LitStr;

/// `index(created_at(desc), name = "..")`.
pub(crate) struct IndexAttr {
    pub(crate) span: Span,
    pub(crate) key: Vec<IndexKey>,
    pub(crate) name: Option<LitStr>,
    pub(crate) unique: bool,
    pub(crate) predicate: Option<Sql>,
    pub(crate) method: Option<LitStr>,
    pub(crate) include: Vec<ColumnRef>,
    pub(crate) nulls_not_distinct: bool,
    pub(crate) storage: Option<LitStr>,
}

/// A part of an index's key.
pub(crate) struct IndexKey {
    pub(crate) what: IndexPart,
    pub(crate) descending: bool,
    /// `Some(true)`: NULLs first.
    pub(crate) nulls_first: Option<bool>,
    pub(crate) collation: Option<LitStr>,
    pub(crate) operator_class: Option<LitStr>,
}

pub(crate) enum IndexPart {
    Column(ColumnRef),
    Expression(Sql),
}

impl IndexAttr {
    const KEYS: &'static [&'static str] = &[
        "name",
        "unique",
        "where",
        "expression",
        "method",
        "include",
        "nulls_not_distinct",
        "storage",
    ];

    pub(super) fn read(word: &Word) -> syn::Result<Self> {
        let mut index = Self {
            span: word.key.span(),
            key: Vec::new(),
            name: None,
            unique: false,
            predicate: None,
            method: None,
            include: Vec::new(),
            nulls_not_distinct: false,
            storage: None,
        };
        for item in word.list("KEY(field, other(desc), name = \"..\")")? {
            index.accept(item)?;
        }
        if index.key.is_empty() {
            return Err(syn::Error::new(
                index.span,
                "an index has fields, or an `expression = \"..\"`",
            ));
        }
        Ok(index)
    }

    /// On a field: `index` alone, or with options.
    pub(crate) fn of_field(word: &Word, column: ColumnRef) -> syn::Result<Self> {
        let mut index = Self {
            span: word.key.span(),
            key: vec![IndexKey::new(IndexPart::Column(column))],
            name: None,
            unique: false,
            predicate: None,
            method: None,
            include: Vec::new(),
            nulls_not_distinct: false,
            storage: None,
        };
        if !matches!(word.value, Value::Nothing) {
            for item in word.list("KEY` or `KEY(name = \"..\", desc)")? {
                match item {
                    Item::Word(detail) if IndexKey::DETAILS.contains(&detail.name().as_str()) => {
                        index.key[0].accept(detail)?;
                    }
                    Item::Word(option) if Self::KEYS.contains(&option.name().as_str()) => {
                        index.accept(item)?;
                    }
                    Item::Word(other) => {
                        let known = [Self::KEYS, IndexKey::DETAILS].concat();
                        return Err(unknown(&other.key, &known));
                    }
                    Item::Literal(literal) => {
                        return Err(syn::Error::new(literal.span(), "a key is expected"));
                    }
                }
            }
        }
        Ok(index)
    }

    fn accept(&mut self, item: &Item) -> syn::Result<()> {
        let word = match item {
            Item::Word(word) => word,
            Item::Literal(_) => {
                let column = ColumnRef::from_item(item)?;
                self.key.push(IndexKey::new(IndexPart::Column(column)));
                return Ok(());
            }
        };
        match (word.name().as_str(), &word.value) {
            ("name", Value::Is(_)) => self.name = Some(word.text()?),
            ("unique", Value::Nothing) => self.unique = true,
            ("nulls_not_distinct", Value::Nothing) => self.nulls_not_distinct = true,
            ("where", _) => self.predicate = Some(Sql::from_word(word)?),
            ("method", Value::Is(_)) => self.method = Some(word.text()?),
            ("storage", Value::Is(_)) => self.storage = Some(word.text()?),
            ("include", Value::List(_)) => self.include = ColumnRef::list(word)?,
            ("expression", Value::Is(_) | Value::List(_)) => {
                self.key.push(IndexKey::expression(word)?);
            }
            (_, Value::Is(_)) => return Err(unknown(&word.key, Self::KEYS)),
            (_, Value::Nothing) => {
                let column = ColumnRef::from_item(item)?;
                self.key.push(IndexKey::new(IndexPart::Column(column)));
            }
            (name, Value::List(details)) => {
                let column = ColumnRef {
                    name: name.to_owned(),
                    span: word.key.span(),
                };
                let mut key = IndexKey::new(IndexPart::Column(column));
                key.accept_all(details)?;
                self.key.push(key);
            }
        }
        Ok(())
    }
}

impl IndexKey {
    const DETAILS: &'static [&'static str] = &[
        "desc",
        "asc",
        "nulls_first",
        "nulls_last",
        "collate",
        "operator_class",
    ];

    fn new(what: IndexPart) -> Self {
        Self {
            what,
            descending: false,
            nulls_first: None,
            collation: None,
            operator_class: None,
        }
    }

    /// `expression = "lower(email)"` or `expression("lower(email)", desc)`.
    fn expression(word: &Word) -> syn::Result<Self> {
        let Value::List(items) = &word.value else {
            let sql = Sql::from_word(word)?;
            return Ok(Self::new(IndexPart::Expression(sql)));
        };
        let mut sql = Sql::default();
        let mut details = Vec::new();
        for item in items {
            if !sql.accept(item)? {
                details.push(item);
            }
        }
        let mut key = Self::new(IndexPart::Expression(sql.not_empty(word.key.span())?));
        key.accept_all(details)?;
        Ok(key)
    }

    fn accept_all<'a>(&mut self, details: impl IntoIterator<Item = &'a Item>) -> syn::Result<()> {
        for detail in details {
            match detail {
                Item::Word(word) => self.accept(word)?,
                Item::Literal(literal) => {
                    return Err(syn::Error::new(literal.span(), "a key is expected"));
                }
            }
        }
        Ok(())
    }

    fn accept(&mut self, word: &Word) -> syn::Result<()> {
        match word.name().as_str() {
            "desc" => self.descending = word.flag()?,
            "asc" => self.descending = !word.flag()?,
            "nulls_first" => self.nulls_first = Some(word.flag()?),
            "nulls_last" => self.nulls_first = Some(!word.flag()?),
            "collate" => self.collation = Some(word.text()?),
            "operator_class" => self.operator_class = Some(word.text()?),
            _ => return Err(unknown(&word.key, Self::DETAILS)),
        }
        Ok(())
    }
}
