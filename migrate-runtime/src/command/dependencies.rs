//! What a new revision depends on: what `--depends-on` names, targets as they were typed in and revisions as a
//! migration file names them out; and what its operations need.

use super::subjects::Subjects;
use crate::graph::{Graph, GraphError, resolve};
use crate::model::SchemaDef;
use crate::runner::{Chains, RunError, lower};
use crate::source::{Locations, scan_directory};
use crate::{Error, ErrorKind, Explain};

/// A dependency that names no revision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DependencyError {
    /// The chain is none of the schema's.
    #[error("--depends-on {typed}: the schema includes no chain `{chain}`")]
    NoChain {
        /// What was typed.
        typed: String,
        /// What stands before the `@`.
        chain: String,
        /// The chains that it includes.
        known: Vec<String>,
    },
    /// It is `base`, or another target that no revision stands for.
    #[error("--depends-on {typed}: that is no revision")]
    NoRevision {
        /// What was typed.
        typed: String,
    },
}

impl Explain for DependencyError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::NoChain { known, .. } if known.is_empty() => {
                vec!["list the library in `schema!`: include = [library::SCHEMA]".to_owned()]
            }
            Self::NoChain { known, .. } => {
                let heads: Vec<String> = known.iter().map(|name| format!("{name}@head")).collect();
                vec![format!("there are {}", heads.join(", "))]
            }
            Self::NoRevision { .. } => {
                vec!["name one by its id, or a library's newest: auth@head".to_owned()]
            }
        }
    }
}

/// Whether a target can only be told by the schema: it names a chain that the files do not have.
pub fn is_elsewhere(locations: &Locations, typed: &str) -> bool {
    let Some((branch, _)) = typed.split_once('@') else {
        return false;
    };
    let graph = scan_directory(locations).map(|migrations| migrations.graph());
    !matches!(graph, Ok(Ok(graph)) if graph.knows(branch))
}

/// The revisions that were typed, by their full ids: `id` in the own chain, `chain@id` in a library's.
/// Without a schema only the own chain is known.
///
/// # Errors
/// [`DependencyError`], or that of a target that means nothing.
pub fn dependencies(
    locations: &Locations,
    schema: Option<&SchemaDef>,
    typed: &[String],
) -> Result<Vec<String>, Error> {
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let own = scan_directory(locations)?.graph()?;
    let chains = (schema.map(Chains::new).transpose()).map_err(RunError::from)?;
    let mut found = Vec::new();
    for typed in typed {
        let ids = match elsewhere(&own, typed) {
            Some((chain, target)) => in_library(chains.as_ref(), typed, (chain, target))?,
            None => resolved(&own, typed)?,
        };
        if ids.is_empty() {
            let typed = typed.clone();
            return Err(DependencyError::NoRevision { typed }.into());
        }
        found.extend(ids);
    }
    Ok(found)
}

/// `chain@target`, unless the own chain has a branch of that name.
fn elsewhere<'t>(own: &Graph, typed: &'t str) -> Option<(&'t str, &'t str)> {
    typed.split_once('@').filter(|(name, _)| !own.knows(name))
}

fn in_library(
    chains: Option<&Chains>,
    typed: &str,
    (name, target): (&str, &str),
) -> Result<Vec<String>, Error> {
    let libraries = chains.map(Chains::list).unwrap_or_default().iter();
    let mut libraries = libraries.filter(|chain| chain.library().is_some());
    let Some(chain) = libraries.clone().find(|chain| chain.name() == name) else {
        return Err(DependencyError::NoChain {
            typed: typed.to_owned(),
            chain: name.to_owned(),
            known: libraries
                .by_ref()
                .map(|chain| chain.name().to_owned())
                .collect(),
        }
        .into());
    };
    let ids = resolved(chain.graph(), target)?;
    Ok(ids.iter().map(|id| chain.title(id)).collect())
}

fn resolved(graph: &Graph, target: &str) -> Result<Vec<String>, GraphError> {
    // No database is asked: what is counted from where it is means nothing here.
    Ok(resolve(graph, &[], target)?.ids)
}

/// What a revision has to depend on that follows `parents` and is about `subjects`: the heads of libraries, and the
/// last revisions of other branches that are about any of these. Without these a database that
/// has only its own branch could not apply it.
pub(super) fn needed(
    chains: &Chains,
    parents: &[String],
    asked: &[String],
    subjects: &Subjects,
) -> Vec<String> {
    let mut needed = chains.new_dependencies(parents);
    let own = chains.own();
    let stands_on = parents.iter().chain(asked).map(String::as_str);
    let mut below = own.with_ancestors(stands_on);
    // The last first: what it stands on comes with it.
    for migration in own.order().iter().rev() {
        if !below.contains(migration.id) && subjects.meets(&Subjects::of(&lower(migration.upgrade)))
        {
            below.extend(own.with_ancestors([migration.id]));
            needed.push(migration.id.to_owned());
        }
    }
    needed
}
