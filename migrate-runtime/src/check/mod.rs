//! The compiler's check: the folded chain against the models, in const evaluation.
//!
//! `schema!` calls [`sizes`] and [`fold`] once for a crate and [`Folded::judge`] once for each model;
//! the derive turns the [`Verdict`] into an error at the field. Everything is a `const fn` over the const
//! data that the runner executes too, so the proof and the migration cannot differ. What is compared is
//! what [`diff`](crate::diff::diff) compares; a law in the tests holds the two together.
//!
//! Verdicts are owned and hold no references: the compiler validates the final value of a const through
//! its references, and would walk the whole folded chain once for each model.

#![expect(
    clippy::result_large_err,
    reason = "const evaluation has no heap, and these errors are made there only"
)]

mod altered;
mod chain;
mod compare;
mod describe;
pub(crate) mod equal;
mod fold;
mod heads;
mod journal;
mod key;
mod libraries;
mod line;
mod members;
mod mentions;
mod message;
mod mirror;
mod options;
mod outside;
mod proof;
mod replaced;
mod replay;
mod report;
mod sizes;
mod state;
mod subjects;
mod target;
mod text;
mod verdict;

pub use fold::{Folded, beginning, fold};
#[doc(hidden)]
pub use key::Numbers;
pub use libraries::{Gathered, count_all, gather};
#[doc(hidden)]
pub use line::{count_ids, ids, joined};
#[doc(hidden)]
pub use message::Message;
pub(crate) use outside::transactions;
pub use sizes::{Sizes, sizes};
pub use verdict::{ChainVerdict, Verdict, refuse};
