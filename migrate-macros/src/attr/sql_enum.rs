//! `#[sql_enum(..)]` on an enum and its variants.

use super::item::unknown;
use super::{set, words};
use crate::ctxt::Ctxt;
use crate::names::Case;
use syn::{Attribute, LitStr, Path};

/// What `#[sql_enum(..)]` says of an enum.
#[derive(Default)]
pub(crate) struct SqlEnumAttrs {
    pub(crate) name: Option<LitStr>,
    pub(crate) rename_all: Option<Case>,
    pub(crate) krate: Option<Path>,
}

impl SqlEnumAttrs {
    pub(crate) fn read(cx: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut attrs = Self::default();
        for word in words(cx, attributes, "sql_enum") {
            match word.name().as_str() {
                "name" => set(cx, &mut attrs.name, &word, word.text()),
                "rename_all" => {
                    let case = word.text().and_then(|text| {
                        Case::parse(&text.value()).ok_or_else(|| {
                            let known = Case::ALL.map(|(name, _)| format!("\"{name}\"")).join(", ");
                            syn::Error::new(text.span(), format!("a case is one of {known}"))
                        })
                    });
                    set(cx, &mut attrs.rename_all, &word, case);
                }
                "crate" => set(cx, &mut attrs.krate, &word, word.path()),
                _ => cx.add(unknown(&word.key, &["name", "rename_all", "crate"])),
            }
        }
        attrs
    }
}

/// The value that `#[sql_enum(value = "..")]` gives a variant.
pub(crate) fn variant_value(cx: &Ctxt, attributes: &[Attribute]) -> Option<LitStr> {
    let mut value = None;
    for word in words(cx, attributes, "sql_enum") {
        match word.name().as_str() {
            "value" => set(cx, &mut value, &word, word.text()),
            _ => cx.add(unknown(&word.key, &["value"])),
        }
    }
    value
}
