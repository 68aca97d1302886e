//! `merge`: one head of several.

use super::placement;
use super::revision_file::{Written, new_id, write_new};
use crate::Error;
use crate::graph::merge_parents;
use crate::source::name::Timestamp;
use crate::source::{FileStyle, Locations, MigrationFile, read_directory};

/// What a merge is asked for.
#[derive(Debug, Clone)]
pub struct MergeRequest {
    /// The heads to join; all where none is named.
    pub heads: Vec<String>,
    /// Whether they may be revisions that others follow already.
    pub splice: bool,
    /// The message; made from the ids where there is none.
    pub message: Option<String>,
    /// The id; made from the time where there is none.
    pub id: Option<String>,
    /// Names for the branch that begins here.
    pub branch_labels: Vec<String>,
    /// The time.
    pub at: Timestamp,
    /// How the crate calls the runtime.
    pub runtime: String,
    /// How the file is named and finished.
    pub style: FileStyle,
}

impl MergeRequest {
    /// A merge of all heads, now.
    pub fn new() -> Self {
        Self {
            heads: Vec::new(),
            splice: false,
            message: None,
            id: None,
            branch_labels: Vec::new(),
            at: Timestamp::now(),
            runtime: "migrate_runtime".to_owned(),
            style: FileStyle::default(),
        }
    }
}

impl Default for MergeRequest {
    fn default() -> Self {
        Self::new()
    }
}

/// Writes an empty revision that revises several heads, and HEAD.
///
/// The heads come from the files, so it works, and is meant to, while HEAD has conflict markers.
pub fn merge(locations: &Locations, request: &MergeRequest) -> Result<Written, Error> {
    let MergeRequest {
        heads,
        splice,
        message,
        id,
        branch_labels,
        at,
        runtime,
        style,
    } = request;
    let migrations = read_directory(locations)?;
    let parents = merge_parents(&migrations.graph()?, heads, *splice)?;
    let id = new_id(&migrations, id.as_deref(), *at)?;
    let message = message.clone().unwrap_or_else(|| message_of(&parents));
    let mut file = MigrationFile::empty(id, message, *at);
    file.revises = parents;
    file.branch_labels = placement::checked(branch_labels)?;
    file.runtime.clone_from(runtime);
    file.style.clone_from(style);
    write_new(locations, &migrations, file)
}

/// The message of a merge that came without one.
pub(super) fn message_of(parents: &[String]) -> String {
    format!("merge {}", parents.join(" and "))
}
