//! The edge between `derive(Model)` and `schema!`: what is derived must be listed.

use crate::check::Verdict;

/// A model that a `schema!` lists, with the verdict of its comparison with the migrations.
///
/// `schema!` implements it for every model of its list; `derive(Model)` reads the verdict, so a model
/// that is not listed does not compile.
#[diagnostic::on_unimplemented(
    message = "the model `{Self}` is not listed in `schema!`",
    label = "`{Self}` is missing from `models = [..]` of `schema!`",
    note = "add `{Self}` to `schema! {{ models = [..] }}`, or opt out with `#[model(unlisted)]`; `cargo migrate check` lists all that are missing, with their modules"
)]
pub trait Registered {
    /// Whether the model and its migrations agree.
    const VERDICT: Verdict;
}
