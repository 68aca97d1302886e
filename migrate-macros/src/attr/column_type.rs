//! `#[column_type(..)]` on a newtype.

use super::item::unknown;
use super::{set, words};
use crate::ctxt::Ctxt;
use syn::{Attribute, Path};

/// What `#[column_type(..)]` says.
#[derive(Default)]
pub(crate) struct ColumnTypeAttrs {
    pub(crate) krate: Option<Path>,
}

impl ColumnTypeAttrs {
    pub(crate) fn read(cx: &Ctxt, attributes: &[Attribute]) -> Self {
        let mut attrs = Self::default();
        for word in words(cx, attributes, "column_type") {
            match word.name().as_str() {
                "crate" => set(cx, &mut attrs.krate, &word, word.path()),
                _ => cx.add(unknown(&word.key, &["crate"])),
            }
        }
        attrs
    }
}
