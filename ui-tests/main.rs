//! What the compiler says: every file in `pass` compiles, every file in `fail` fails with the words
//! in its `.stderr`. `TRYBUILD=overwrite` writes those anew; read them before committing.
//!
//! | what is checked | where |
//! |---|---|
//! | attributes, types and keys of a model | `fail/model`, `pass/model` |
//! | what diesel can hold, and a `table!` that the user keeps | `fail/diesel` |
//! | a model that differs from its chain; a table without model | `chains/differences` |
//! | the graph of revisions, `HEAD`, ids, names of files | `chains/graph` |
//! | an operation that does not fit what is there | `chains/operations`, and several: `chains/together` |
//! | a downgrade that does not restore | `chains/downgrade` |
//! | what cannot be combined in one transaction | `chains/transactions` |
//! | `check = "warn"` | `chains/warnings` |
//! | `schema!` itself, and the directory it lists | `chains/schema` |
//! | libraries: `include`, `external` | `chains/libraries` |
//! | what compiles without a word, user lints included | `chains/passes` |
//! | the check steps aside for the tool alone; nothing is built twice; `cargo package` | `gate.rs` |
//! | dependencies under other names | `names.rs` |
//! | limits | `limits.rs` |
//! | a chain that is folded in two | `long_chain.rs` |
//! | editors | `analyzer.rs` |
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod analyzer;
mod chains;
mod gate;
mod limits;
mod long_chain;
mod names;

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*/*.rs");
    cases.compile_fail("fail/*/*.rs");
}
