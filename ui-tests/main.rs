//! What the compiler says: every file in `pass` compiles, every file in `fail` fails with the words
//! in its `.stderr`. `TRYBUILD=overwrite` writes those anew; read them before committing.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod analyzer;
mod chains;
mod gate;
mod limits;
mod names;

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*/*.rs");
    cases.compile_fail("fail/*/*.rs");
}
