//! `check`: do models, chain, database and log agree?

use super::proof::{Refused, refused};
use crate::autogenerate::{self, Drift};
use crate::connection::Session;
use crate::dialect::{Dialect, dialect};
use crate::diff::{RenameHints, diff};
use crate::migration::Migration;
use crate::model::SchemaDef;
use crate::operation::{ApplyError, Operation, apply, describe};
use crate::runner::{
    Chains, EditedRevision, HalfDone, LostRows, Migrator, RunError, UnknownRevision, file, lower,
    shown, source_path,
};
use crate::schema::Schema;
use crate::{Error, ErrorKind, Explain};
use std::fmt;

/// Something that does not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The models say what the chain does not: `revision --autogenerate` would write this operation.
    Model(Box<Operation>),
    /// The compiler refuses a revision. The builds that `cargo migrate` makes do not ask it.
    Refused(Refused),
    /// A revision is half applied, or half taken back: a run was killed or failed on the way.
    Half(HalfDone),
    /// A revision of the chain is not applied.
    Pending {
        /// The id.
        revision: String,
        /// Its file.
        file: String,
        /// Whether the database has already all that the revisions to come make: it was made by other means, or
        /// stamped at less than it is.
        is_there: bool,
    },
    /// The database is not what the applied revisions made it: what they made is missing or different,
    /// which `blocking` says, or there is more, which is kept.
    Drift(Drift),
    /// An applied revision was edited since.
    Edited(EditedRevision),
    /// The database is at a revision that no file has.
    Unknown(UnknownRevision),
    /// The version table is empty, and the log says that it should not be.
    Lost(LostRows),
}

impl Difference {
    /// Its kind in a word: `model`, `refused`, `half`, `pending`, `drift`, `extra` (drift that is kept), `edited`,
    /// `unknown`, `lost`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Model(_) => "model",
            Self::Refused(_) => "refused",
            Self::Half(_) => "half",
            Self::Pending { .. } => "pending",
            Self::Drift(drift) if drift.blocking => "drift",
            Self::Drift(_) => "extra",
            Self::Edited(_) => "edited",
            Self::Unknown(_) => "unknown",
            Self::Lost(_) => "lost",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model(operation) => {
                let (verb, what) = describe::summary(operation);
                write!(f, "{verb}  {what}")
            }
            Self::Refused(Refused {
                revision,
                file,
                problem,
            }) => write!(f, "{revision}  {file}  {problem}"),
            Self::Half(half) => half.fmt(f),
            Self::Pending {
                revision,
                file,
                is_there: _,
            } => write!(f, "{revision}  {file}"),
            Self::Drift(drift) if drift.blocking => f.write_str(&drift.description),
            Self::Drift(drift) => write!(f, "{}  (kept)", drift.description),
            Self::Edited(edited) => write!(
                f,
                "{}  {}  (applied {} on {})",
                edited.revision,
                edited.file,
                shown(&edited.applied),
                edited.host
            ),
            Self::Unknown(unknown) => unknown.fmt(f),
            Self::Lost(lost) => write!(f, "the version table has no row, but {lost}"),
        }
    }
}

/// Everything that does not agree; nothing, if all is well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Check {
    /// The differences: models, chain, database, log, in that order.
    pub differences: Vec<Difference>,
}

impl Check {
    /// Whether all is well. What the database has beyond the chain is no fault of anybody.
    pub fn is_clean(&self) -> bool {
        self.differences
            .iter()
            .all(|difference| matches!(difference, Difference::Drift(drift) if !drift.blocking))
    }
}

/// A line for each difference: what kind, and what.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, difference) in self.differences.iter().enumerate() {
            let end = if place == 0 { "" } else { "\n" };
            write!(f, "{end}{}: {difference}", difference.word())?;
        }
        Ok(())
    }
}

/// The operations of a chain that do not fit together.
#[derive(Debug, thiserror::Error)]
#[error("revision {revision} ({location}) does not fit the chain before it: {source}")]
pub struct FoldError {
    /// The revision.
    pub revision: String,
    /// Where the operation is written.
    pub location: String,
    /// What is wrong.
    pub source: Box<ApplyError>,
}

impl Explain for FoldError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Config
    }

    fn hints(&self) -> Vec<String> {
        let mut hints = vec![format!("correct the operation at {}", self.location)];
        hints.extend(self.source.hints());
        hints
    }
}

/// Compares models with chain, chain with database, and files with the log.
///
/// # Errors
/// If one of them cannot be read.
pub fn check(session: &mut dyn Session, migrator: &mut Migrator<'_>) -> Result<Check, Error> {
    let mut differences = models(migrator.schema())?;
    let chains = Chains::new(migrator.schema()).map_err(RunError::from)?;
    let refused = refused(&chains)?.into_iter().map(Difference::Refused);
    differences.extend(refused);
    let half = migrator.half_done(session)?;
    let is_half = !half.is_empty();
    differences.extend(half.into_iter().map(Difference::Half));
    match migrator.applied(session) {
        Ok(applied) => {
            let steps = migrator.plan_upgrade(session, "heads")?;
            let all = if steps.is_empty() {
                None
            } else {
                let chains = Chains::new(migrator.schema()).map_err(RunError::from)?;
                Some(fold(chains.order())?)
            };
            let chains = Chains::new(migrator.schema()).map_err(RunError::from)?;
            let mut made = fold(applied)?;
            let mut found = chains.observe(session, &made)?;
            if is_half {
                made = migrator.with_half_done(session, &chains, made, &found)?;
                found = chains.observe(session, &made)?;
            }
            let dialect = dialect(session.backend()).map_err(RunError::from)?;
            let (drift, is_there) = drift(&made, &found, all.as_ref(), dialect);
            differences.extend(steps.iter().map(|step| Difference::Pending {
                revision: step.title(&chains),
                file: file(step.migration),
                is_there,
            }));
            differences.extend(drift);
            let edited = migrator.edited(session)?;
            differences.extend(edited.into_iter().map(Difference::Edited));
        }
        Err(RunError::UnknownRevision(unknown)) => {
            differences.push(Difference::Unknown(*unknown));
        }
        Err(RunError::LostRows(lost)) => differences.push(Difference::Lost(lost)),
        Err(error) => return Err(error.into()),
    }
    Ok(Check { differences })
}

/// What the models say and the chain does not.
fn models(schema: &SchemaDef) -> Result<Vec<Difference>, Error> {
    let chains = Chains::new(schema).map_err(RunError::from)?;
    let folded = fold(chains.order())?;
    let models = models_of(schema, &chains, &folded)?;
    chains.ignore()?.refuse_declared(&models)?;
    // Both sides are portable and compare exactly, as in the compiler's check.
    Ok(diff(&folded, &models, &RenameHints::default())
        .into_iter()
        .map(|operation| Difference::Model(Box::new(operation)))
        .collect())
}

/// What the models say the schema is. What is not theirs is as it is in the chain: the tables of
/// libraries, and those of models that are not in this build.
pub(super) fn models_of(
    schema: &SchemaDef,
    chains: &Chains,
    chain: &Schema,
) -> Result<Schema, FoldError> {
    let included = fold(chains.included())?;
    Ok(schema.model_schema_beside(chain, &included))
}

/// What the database has or lacks, compared with the revisions that are applied. What it has already
/// of those that are not (`all` has them too) is no difference; and whether it has all of that.
fn drift(
    chain: &Schema,
    found: &Schema,
    all: Option<&Schema>,
    dialect: &dyn Dialect,
) -> (Vec<Difference>, bool) {
    let mut drift = autogenerate::drift(chain, found, dialect);
    let mut is_there = false;
    if let Some(all) = all {
        let beyond = autogenerate::drift(all, found, dialect);
        let before = drift.len();
        drift.retain(|one| one.blocking || beyond.contains(one));
        is_there = drift.len() < before && !beyond.iter().any(|one| one.blocking);
    }
    (drift.into_iter().map(Difference::Drift).collect(), is_there)
}

/// The schema that migrations lead to.
pub(super) fn fold(
    migrations: impl IntoIterator<Item = &'static Migration>,
) -> Result<Schema, FoldError> {
    let mut schema = Schema::new();
    for migration in migrations {
        replay(&mut schema, migration)?;
    }
    Ok(schema)
}

/// Takes a schema over one more migration.
pub(super) fn replay(schema: &mut Schema, migration: &Migration) -> Result<(), FoldError> {
    for (operation, def) in lower(migration.upgrade).iter().zip(migration.upgrade) {
        apply(schema, operation).map_err(|source| FoldError {
            revision: migration.id.to_owned(),
            location: format!("{}:{}", source_path(def.location), def.location.line()),
            source: Box::new(source),
        })?;
    }
    Ok(())
}
