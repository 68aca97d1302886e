//! `#[model(..)]` on a field.

use super::index::IndexAttr;
use super::item::{Word, unknown};
use super::model::{CheckAttr, UniqueAttr};
use super::value::{Action, ColumnRef, DefaultAttr, Reference, Sql, TypeAttr, deferrable};
use super::{set, words};
use crate::ctxt::Ctxt;
use proc_macro2::{Span, TokenStream};
use syn::{Attribute, LitInt, LitStr};

const KEYS: &[&str] = &[
    "column",
    "primary_key",
    "unique",
    "index",
    "check",
    "references",
    "on_delete",
    "on_update",
    "deferrable",
    "joinable",
    "max_length",
    "precision",
    "scale",
    "sql_type",
    "embed",
    "skip",
];

/// Everything that `#[model(..)]` says of a field.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) column: Option<LitStr>,
    pub(crate) primary_key: Option<Span>,
    pub(crate) uniques: Vec<UniqueAttr>,
    pub(crate) indexes: Vec<IndexAttr>,
    pub(crate) checks: Vec<CheckAttr>,
    pub(crate) references: Option<(Span, Reference)>,
    pub(crate) on_delete: Option<Action>,
    pub(crate) on_update: Option<Action>,
    pub(crate) deferrable: Option<(Span, TokenStream)>,
    pub(crate) joinable: Option<(Span, bool)>,
    pub(crate) max_length: Option<LitInt>,
    pub(crate) precision: Option<LitInt>,
    pub(crate) scale: Option<LitInt>,
    pub(crate) sql_type: Option<TypeAttr>,
    pub(crate) embed: Option<bool>,
    pub(crate) skip: Option<bool>,
    pub(crate) options: ColumnOptions,
}

/// What a column without a field can have as well.
#[derive(Default)]
pub(crate) struct ColumnOptions {
    pub(crate) default: Option<DefaultAttr>,
    pub(crate) generated: Option<(Span, Sql)>,
    /// `Some(true)`: stored.
    pub(crate) stored: Option<(Span, bool)>,
    pub(crate) auto_increment: Option<Span>,
    pub(crate) collate: Option<LitStr>,
    pub(crate) comment: Option<LitStr>,
    pub(crate) renamed_from: Option<LitStr>,
}

impl FieldAttrs {
    /// Reads the attributes of a field; `ident` is its name.
    pub(crate) fn read(cx: &Ctxt, attributes: &[Attribute], field: &ColumnRef) -> Self {
        let mut attrs = Self::default();
        for word in words(cx, attributes, "model") {
            if !attrs.options.accept(cx, &word) {
                attrs.accept(cx, &word, field);
            }
        }
        attrs
    }

    fn accept(&mut self, cx: &Ctxt, word: &Word, field: &ColumnRef) {
        let span = word.key.span();
        match word.name().as_str() {
            "column" => set(cx, &mut self.column, word, word.text()),
            "primary_key" => set(cx, &mut self.primary_key, word, word.flag().map(|_| span)),
            "unique" => {
                let unique = UniqueAttr::of_field(word, field.clone());
                self.uniques.extend(cx.take(unique));
            }
            "index" => {
                let index = IndexAttr::of_field(word, field.clone());
                self.indexes.extend(cx.take(index));
            }
            "check" => self.checks.extend(cx.take(CheckAttr::read(word))),
            "references" => {
                let reference = Reference::from_word(word).map(|reference| (span, reference));
                set(cx, &mut self.references, word, reference);
            }
            "on_delete" => set(cx, &mut self.on_delete, word, Action::from_word(word)),
            "on_update" => set(cx, &mut self.on_update, word, Action::from_word(word)),
            "deferrable" => {
                let when = deferrable(word).map(|when| (span, when));
                set(cx, &mut self.deferrable, word, when);
            }
            "joinable" => {
                let joinable = word.boolean().map(|joinable| (span, joinable));
                set(cx, &mut self.joinable, word, joinable);
            }
            "max_length" => set(cx, &mut self.max_length, word, word.integer()),
            "precision" => set(cx, &mut self.precision, word, word.integer()),
            "scale" => set(cx, &mut self.scale, word, word.integer()),
            "sql_type" => set(cx, &mut self.sql_type, word, TypeAttr::from_word(word)),
            "embed" => set(cx, &mut self.embed, word, word.flag()),
            "skip" => set(cx, &mut self.skip, word, word.flag()),
            _ => cx.add(unknown(&word.key, &[KEYS, ColumnOptions::KEYS].concat())),
        }
    }
}

impl ColumnOptions {
    pub(crate) const KEYS: &'static [&'static str] = &[
        "default",
        "default_sql",
        "generated",
        "stored",
        "virtual",
        "auto_increment",
        "collate",
        "comment",
        "renamed_from",
    ];

    /// Takes a word if it is one of [`Self::KEYS`].
    pub(crate) fn accept(&mut self, cx: &Ctxt, word: &Word) -> bool {
        let span = word.key.span();
        match word.name().as_str() {
            "default" => set(cx, &mut self.default, word, DefaultAttr::from_word(word)),
            "default_sql" => set(cx, &mut self.default, word, DefaultAttr::from_sql(word)),
            "generated" => {
                let sql = Sql::from_word(word).map(|sql| (span, sql));
                set(cx, &mut self.generated, word, sql);
            }
            "stored" => {
                let stored = word.flag().map(|_| (span, true));
                set(cx, &mut self.stored, word, stored);
            }
            "virtual" => {
                let stored = word.flag().map(|_| (span, false));
                set(cx, &mut self.stored, word, stored);
            }
            "auto_increment" => {
                let flag = word.flag().map(|_| span);
                set(cx, &mut self.auto_increment, word, flag);
            }
            "collate" => set(cx, &mut self.collate, word, word.text()),
            "comment" => set(cx, &mut self.comment, word, word.text()),
            "renamed_from" => set(cx, &mut self.renamed_from, word, word.text()),
            _ => return false,
        }
        true
    }
}
