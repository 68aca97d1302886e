//! What the map knows of a revision.

/// A revision: an id and the ids it hangs on.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revision {
    /// Its id.
    pub id: String,
    /// The revisions it follows: none for a base, several for a merge.
    pub parents: Vec<String>,
    /// Revisions (or labels) that must be applied first, without being parents.
    pub depends_on: Vec<String>,
    /// Names for the branch that begins here.
    pub branch_labels: Vec<String>,
    /// Revisions in whose place it stands, in order. A database that has the last of them has this one.
    pub replaces: Vec<String>,
}

impl Revision {
    /// A revision that follows others.
    pub fn new<P: Into<String>>(
        id: impl Into<String>,
        parents: impl IntoIterator<Item = P>,
    ) -> Self {
        Self {
            id: id.into(),
            parents: parents.into_iter().map(Into::into).collect(),
            depends_on: Vec::new(),
            branch_labels: Vec::new(),
            replaces: Vec::new(),
        }
    }
}
