//! Collects errors, so that one compilation reports all of them.

use proc_macro2::Span;
use std::cell::{Cell, RefCell};
use std::fmt::Display;

/// The errors found so far. [`Ctxt::check`] must be called before it goes.
pub(crate) struct Ctxt {
    errors: RefCell<Option<Vec<syn::Error>>>,
    /// Whether an error leaves no `diesel::table!` that would compile.
    spoils_table: Cell<bool>,
}

impl Ctxt {
    pub(crate) fn new() -> Self {
        Self {
            errors: RefCell::new(Some(Vec::new())),
            spoils_table: Cell::new(false),
        }
    }

    /// An error at that place.
    pub(crate) fn error(&self, span: Span, message: impl Display) {
        self.add(syn::Error::new(span, message));
    }

    /// An error at that place, which `diesel::table!` would report again in other words.
    pub(crate) fn error_of_table(&self, span: Span, message: impl Display) {
        self.spoils_table.set(true);
        self.error(span, message);
    }

    /// Whether a `diesel::table!` can be written in spite of the errors.
    pub(crate) fn has_table(&self) -> bool {
        !self.spoils_table.get()
    }

    /// An error that syn made.
    pub(crate) fn add(&self, error: syn::Error) {
        if let Some(errors) = self.errors.borrow_mut().as_mut() {
            errors.push(error);
        }
    }

    /// Takes the value, or notes the error.
    pub(crate) fn take<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// All errors as one.
    pub(crate) fn check(self) -> syn::Result<()> {
        let errors = self.errors.borrow_mut().take().unwrap_or_default();
        let mut errors = errors.into_iter();
        let Some(mut all) = errors.next() else {
            return Ok(());
        };
        all.extend(errors);
        Err(all)
    }
}

impl Drop for Ctxt {
    fn drop(&mut self) {
        assert!(
            std::thread::panicking() || self.errors.borrow().is_none(),
            "errors were not checked"
        );
    }
}
