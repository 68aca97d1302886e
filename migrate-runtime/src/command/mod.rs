//! One function per command; each returns what happened and prints nothing.

mod backup;
mod check;
mod current;
mod downgrade;
mod repair;
mod stamp;
mod status;
mod upgrade;

pub use backup::BackupError;
pub use check::{Check, Difference, FoldError, check};
pub use current::current;
pub use downgrade::{Loss, downgrade, losses, redo, reset};
pub use repair::{repair, to_repair};
pub use stamp::stamp;
pub use status::{Status, status};
pub use upgrade::upgrade;
