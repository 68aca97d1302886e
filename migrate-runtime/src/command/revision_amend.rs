//! `revision --amend`: writes the head anew from the models, in the place and under the id that it has.
//!
//! For the time in which a revision belongs to one person: a field is added, a type changes its mind. The
//! database steps back first, so that nothing is applied that no file has; whoever calls applies the new
//! text once it is compiled in. What was written by hand is never lost: a file that is not as it was
//! generated is refused.

use super::check::{fold, models_of};
use super::dependencies::needed;
use super::plan_files::{file_of_plan, files_after, of_part};
use super::revision::{NewRevision, RevisionError, RevisionRequest, Sight, planned};
use super::revision_file::replace;
use super::subjects::Subjects;
use super::{Loss, Written, losses};
use crate::autogenerate::{Flags, Plan};
use crate::connection::Session;
use crate::dialect::dialect;
use crate::diff::Asker;
use crate::graph::{Revision, new_parents};
use crate::introspect::introspect_for;
use crate::migration::Migration;
use crate::operation::Operation;
use crate::runner::{Chain, Chains, Migrator, RunError, lower};
use crate::schema::Schema;
use crate::source::head::file_text;
use crate::source::message_from_operations;
use crate::source::name::Timestamp;
use crate::source::{Authorship, Directory, Locations, ReadMigration, authorship, read_directory};
use crate::{Error, ErrorKind, Explain, sql};
use std::path::{Path, PathBuf};

/// What amending came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amended {
    /// The plan, from the parents of the head to the models.
    pub plan: Plan,
    /// The head as it is written now; `None` where it says what the models say already.
    pub revision: Option<NewRevision>,
    /// What follows it, where not all of the plan can be in one transaction.
    pub then: Vec<NewRevision>,
    /// The file as it was.
    pub before: (PathBuf, String),
    /// Whether the database was at the head, and has been taken back: the new one is to be applied.
    pub downgraded: bool,
}

/// Decides whether rows may be destroyed, before anything happens.
pub type Agree<'a> = dyn FnMut(&[Loss]) -> Result<(), Error> + 'a;

/// Why the head cannot be written anew. Nothing has happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AmendError {
    /// There is no revision at all.
    #[error("there is no revision to amend")]
    NoRevision,
    /// There are several heads, and not one alone is left to apply.
    #[error("Multiple heads are present: {}; which of them is to be amended?", .0.join(", "))]
    WhichHead(Vec<String>),
    /// It joins branches, and has no operations of its own.
    #[error("revision {0} is a merge: there is nothing in it to generate")]
    Merge(String),
    /// Another revision needs it.
    #[error("revision {revision} cannot be amended: {by} depends on it")]
    Needed {
        /// The head.
        revision: String,
        /// Who needs it.
        by: String,
    },
    /// Writing it anew would lose what somebody wrote.
    #[error("revision {revision} {}: {}", written(*.generated), path.display())]
    ByHand {
        /// The head.
        revision: String,
        /// Its file.
        path: PathBuf,
        /// Whether the generator wrote it first.
        generated: bool,
    },
    /// It is outside a transaction, and there is more now than indexes.
    #[error("revision {0} is outside a transaction: nothing but indexes can be in it")]
    OnlyIndexes(String),
    /// The models are what they were before it.
    #[error(
        "nothing would be left of revision {revision}: the models are what they were before it"
    )]
    NothingLeft {
        /// The head.
        revision: String,
        /// Its file.
        path: PathBuf,
    },
}

fn written(generated: bool) -> &'static str {
    if generated {
        "was edited by hand since it was generated, and amending would lose that"
    } else {
        "was written by hand, and amending would replace it"
    }
}

impl Explain for AmendError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoRevision => ErrorKind::Usage,
            Self::WhichHead(_)
            | Self::Merge(_)
            | Self::Needed { .. }
            | Self::OnlyIndexes(_)
            | Self::ByHand { .. }
            | Self::NothingLeft { .. } => ErrorKind::Conflict,
        }
    }

    fn hints(&self) -> Vec<String> {
        let another = "write another revision: cargo migrate revision --autogenerate -m \"...\"";
        match self {
            Self::NoRevision => {
                vec!["write the first: cargo migrate revision --autogenerate -m \"...\"".to_owned()]
            }
            Self::WhichHead(heads) => (heads.iter())
                .map(|head| format!("cargo migrate revision --amend --head {head}"))
                .collect(),
            Self::Merge(_) | Self::Needed { .. } | Self::OnlyIndexes(_) => vec![another.to_owned()],
            Self::ByHand { path, .. } => vec![
                another.to_owned(),
                format!("or change {} by hand", path.display()),
            ],
            Self::NothingLeft { revision, path } => vec![format!(
                "take it away: cargo migrate downgrade, then delete {} and the line {revision} in HEAD",
                path.display()
            )],
        }
    }
}

/// Writes the head anew: of several the one that the request names, else the only one that is not applied. Without a
/// session no database is looked at.
///
/// # Errors
/// [`AmendError`], [`RevisionError`], and whatever the plan, the database or the file system say. The
/// files are then as they were, and so is the database's revision.
pub fn amend(
    locations: &Locations,
    migrator: &mut Migrator<'_>,
    mut session: Option<&mut dyn Session>,
    flags: &Flags,
    request: &RevisionRequest,
    asker: Option<&mut Asker<'_>>,
    agree: &mut Agree<'_>,
) -> Result<Amended, Error> {
    let schema = migrator.schema();
    let chains = Chains::new(schema).map_err(RunError::from)?;
    let pending = match &mut session {
        Some(session) => migrator.pending(*session)?,
        None => Vec::new(),
    };
    let head = head(chains.own(), request.placement.head.as_deref(), &pending)?;
    let target = format!("{}@-1", head.id);
    let migrations = read_directory(locations)?;
    let old = migrations
        .get(head.id)
        .ok_or(AmendError::NoRevision)?
        .clone();
    let text = generated_text(&old)?;
    let below = fold(
        chains
            .order()
            .filter(|migration| !std::ptr::eq(*migration, head)),
    )?;
    let models = models_of(schema, &chains, &below)?;
    let ignore = chains.ignore()?;
    ignore.refuse_declared(&models)?;

    let applied = match &mut session {
        Some(session) => is_applied(*session, migrator, head, pending)?,
        None => false,
    };
    let sight = match &mut session {
        Some(session) => {
            let mut database = database_below(*session, migrator, applied.then_some(&*target))?;
            ignore.leave_out(&mut database, &below);
            Some(Sight {
                schema: database,
                session: &mut **session,
            })
        }
        None => None,
    };
    let former = lower(head.upgrade);
    let flags = Flags {
        former: former.clone(),
        // What it is stays what it is: a revision of indexes, or one with a transaction.
        concurrently: head.outside_transaction,
        ..flags.clone()
    };
    let plan = planned(schema, &models, &below, sight, &flags, asker)?;
    let mut amended = Amended {
        revision: None,
        then: Vec::new(),
        before: (old.path.clone(), text),
        downgraded: false,
        plan,
    };
    if head.outside_transaction && amended.plan.then.is_some() {
        return Err(AmendError::OnlyIndexes(head.id.to_owned()).into());
    }
    if amended.plan.is_empty() {
        return Err(AmendError::NothingLeft {
            revision: head.id.to_owned(),
            path: old.path,
        }
        .into());
    }
    let old = ReadMigration {
        revision: Revision {
            depends_on: depending(&chains, &old, &amended.plan),
            ..old.revision
        },
        ..old
    };
    let mut new = files_anew(&old, &migrations, request, &former, &amended.plan);
    if new.len() == 1 && new[0].text == amended.before.1 {
        return Ok(amended);
    }
    if !request.dry_run {
        // Where only the message differs, the database has what it should have.
        let moves = applied && (new.len() > 1 || former != amended.plan.upgrade);
        let written = match session.filter(|_| moves) {
            Some(session) => {
                agree(&losses(session, migrator, &target)?)?;
                step_back_and_replace(locations, migrator, (session, &target), &old, &new)?
            }
            None => replace(locations, &migrations, &old, &new, || Ok(()))?,
        };
        for (one, written) in new.iter_mut().zip(written) {
            one.written = Some(written);
        }
        amended.downgraded = moves;
    }
    amended.then = new.split_off(1);
    amended.revision = new.pop();
    Ok(amended)
}

/// The head that is meant, if it is one that can be generated.
fn head(
    chain: &Chain,
    named: Option<&str>,
    pending: &[String],
) -> Result<&'static Migration, Error> {
    let heads = match named {
        Some(target) => new_parents(chain.graph(), target, false)?,
        None => chain.graph().heads(),
    };
    let open: Vec<&String> = heads.iter().filter(|head| pending.contains(head)).collect();
    let id = match (heads.as_slice(), open.as_slice()) {
        ([], _) => None,
        ([only], _) | (_, &[only]) => Some(only),
        _ => return Err(AmendError::WhichHead(heads).into()),
    };
    let head = id.and_then(|id| chain.get(id));
    let head = head.ok_or(AmendError::NoRevision)?;
    if head.revises.len() > 1 {
        return Err(AmendError::Merge(head.id.to_owned()).into());
    }
    let needs = |other: &&&Migration| other.depends_on.contains(&head.id);
    if let Some(other) = chain.order().iter().find(needs) {
        return Err(AmendError::Needed {
            revision: head.id.to_owned(),
            by: other.id.to_owned(),
        }
        .into());
    }
    Ok(head)
}

fn generated_text(old: &ReadMigration) -> Result<String, Error> {
    let text = file_text(&old.path)?;
    let by_hand = |generated| AmendError::ByHand {
        revision: old.id().to_owned(),
        path: old.path.clone(),
        generated,
    };
    match authorship(&text) {
        Authorship::Generated => Ok(text),
        Authorship::Edited => Err(by_hand(true).into()),
        Authorship::ByHand => Err(by_hand(false).into()),
    }
}

/// Whether the head is applied; an error where more than the head is missing.
fn is_applied(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
    head: &Migration,
    mut pending: Vec<String>,
) -> Result<bool, Error> {
    let revisions = migrator.edited(session)?;
    if !revisions.is_empty() {
        return Err(RunError::EditedRevisions {
            revisions,
            direction: None,
        }
        .into());
    }
    let had = pending.len();
    pending.retain(|id| id != head.id);
    if pending.is_empty() {
        Ok(had == 0)
    } else {
        let heads = migrator.heads()?.len();
        Err(RevisionError::NotUpToDate { pending, heads }.into())
    }
}

/// What the database will hold when the head is taken back, if it is applied: by that target.
fn database_below(
    session: &mut dyn Session,
    migrator: &mut Migrator<'_>,
    applied: Option<&str>,
) -> Result<Schema, Error> {
    let chain = fold(migrator.applied(session)?)?;
    let database = introspect_for(session, &chain)?;
    let Some(target) = applied else {
        return Ok(database);
    };
    let dialect = dialect(session.backend()).map_err(RunError::from)?;
    let steps = migrator.plan_downgrade(session, target)?;
    let mut schema = sql::overlay(&chain, &database, dialect);
    for step in steps {
        let operations = lower(step.operations()?);
        let plan = sql::plan(&operations, &schema, dialect).map_err(|source| RunError::Render {
            revision: step.migration.id.to_owned(),
            source: Box::new(source),
        })?;
        schema = plan.after;
    }
    Ok(schema)
}

/// What the revision depends on, with what its new operations need of other branches.
fn depending(chains: &Chains, old: &ReadMigration, plan: &Plan) -> Vec<String> {
    let Revision {
        id,
        parents,
        depends_on,
        ..
    } = &old.revision;
    let all = needed(chains, parents, depends_on, &Subjects::of(&plan.whole().0)).into_iter();
    // The chains of libraries were looked at when it was made.
    let other = all.filter(|it| it != id && !it.contains('@') && !depends_on.contains(it));
    depends_on.iter().cloned().chain(other).collect()
}

/// The file with the same id, parents and time, and those that follow it; the message is taken over unless
/// there is another.
fn files_anew(
    old: &ReadMigration,
    migrations: &Directory,
    request: &RevisionRequest,
    former: &[Operation],
    plan: &Plan,
) -> Vec<NewRevision> {
    let said = request.messages.iter().any(|text| !text.trim().is_empty());
    // A message that was made from the operations is made again.
    let own = old.message != message_from_operations(former) || !old.body.is_empty();
    let messages = match (said, own) {
        (true, _) => request.messages.clone(),
        (false, true) => (std::iter::once(&old.message).chain(&old.body))
            .cloned()
            .collect(),
        (false, false) => Vec::new(),
    };
    let request = RevisionRequest {
        messages,
        ..request.clone()
    };
    let at = (old.created.as_deref()).and_then(Timestamp::parse);
    let first = RevisionRequest {
        at: at.unwrap_or(request.at),
        ..of_part(&request, plan, plan.then.is_some())
    };
    let mut file = file_of_plan(&first, old.id().to_owned(), plan);
    file.revises.clone_from(&old.revision.parents);
    file.depends_on.clone_from(&old.revision.depends_on);
    file.branch_labels.clone_from(&old.revision.branch_labels);
    file.replaces.clone_from(&old.revision.replaces);
    let then = files_after(&file, plan, &request, migrations);
    let directory = old.path.parent().unwrap_or(Path::new(""));
    (std::iter::once(file).chain(then))
        .map(|file| NewRevision::in_directory(directory, file))
        .collect()
}

/// Takes the database back and then puts the new file in place of the old one. When that fails, the
/// database goes where it was.
fn step_back_and_replace(
    locations: &Locations,
    migrator: &mut Migrator<'_>,
    (session, target): (&mut dyn Session, &str),
    old: &ReadMigration,
    new: &[NewRevision],
) -> Result<Vec<Written>, Error> {
    let migrations = read_directory(locations)?;
    let mut stepped = false;
    let written = replace(locations, &migrations, old, new, || {
        migrator.downgrade(session, target)?;
        stepped = true;
        Ok(())
    });
    if written.is_err() && stepped {
        // The first error is the one to report.
        drop(migrator.upgrade(session, old.id()));
    }
    written
}
