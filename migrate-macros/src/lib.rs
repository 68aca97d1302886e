//! Procedural macros of `migrate`. Use them through `migrate-runtime`, which re-exports them.
#![deny(missing_docs)]
