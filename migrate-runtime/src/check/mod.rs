//! The compiler's check: the folded chain against the models, in const evaluation.

mod verdict;

pub use verdict::Verdict;
