//! The edge between `derive(Model)` and `schema!`: what is derived must be listed.

use super::Model;
use crate::check::{Message, Verdict, refuse};

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

/// Stops the compiler, at the model in `schema!`, where that says that nothing is to compare it.
#[track_caller]
pub const fn listed<M: Model>(checked: bool) {
    if checked && M::UNLISTED {
        let mut message = Message::new();
        message.push("the model `");
        message.push(M::TABLE.model);
        message.push(
            "` is listed here and says `unlisted`, so nothing compares it with the migrations",
        );
        message.push("\ndelete the word `unlisted` in its `#[model(..)]`");
        refuse(message.as_str());
    }
}
