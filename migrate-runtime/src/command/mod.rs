//! One function per command; each returns what happened and prints nothing.

mod backup;
mod check;
mod current;
mod downgrade;
#[cfg(feature = "autogenerate")]
mod heads;
#[cfg(feature = "autogenerate")]
mod history;
#[cfg(feature = "autogenerate")]
mod merge;
mod repair;
#[cfg(feature = "autogenerate")]
mod revision_file;
mod stamp;
mod status;
mod upgrade;

pub use backup::BackupError;
pub use check::{Check, Difference, FoldError, check};
pub use current::current;
pub use downgrade::{Loss, downgrade, losses, redo, reset};
#[cfg(feature = "autogenerate")]
pub use heads::{HeadFile, Heads, heads};
#[cfg(feature = "autogenerate")]
pub use history::{Entry, branches, history, show};
#[cfg(feature = "autogenerate")]
pub use merge::{MergeRequest, merge};
pub use repair::{repair, to_repair};
#[cfg(feature = "autogenerate")]
pub use revision_file::{Written, new_id, path_of, write_into, write_revision};
pub use stamp::stamp;
pub use status::{Status, status};
pub use upgrade::upgrade;
