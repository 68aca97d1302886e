//! `squash`: one revision in the place of several.

use super::check::fold;
use super::plan_files::{commented, condition};
use super::revision::NewRevision;
use super::revision_file::{new_id, write_one};
use crate::autogenerate::{SquashedStep, squash as fewer};
use crate::connection::VALUES_WAIT;
use crate::diff::{RenameHints, diff};
use crate::graph::{Graph, range, resolve};
use crate::lint::{Finding, lint};
use crate::migration::Migration;
use crate::model::SchemaDef;
use crate::operation::{Operation, apply_all, describe};
use crate::runner::{Chains, RunError, lower};
use crate::schema::Schema;
use crate::source::name::Timestamp;
use crate::source::{
    CommentedOperation, Directory, Downgrade, FileStyle, Functions, Locations, MigrationFile,
    functions, head, read_directory,
};
use crate::sql::too_early;
use crate::{Error, ErrorKind, Explain};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What a squash is asked for.
#[derive(Debug, Clone)]
pub struct SquashRequest {
    /// The first and the last revision of those that are replaced: `FROM:TO`.
    pub range: String,
    /// The message; made from the ids where there is none.
    pub message: Option<String>,
    /// The id; made from the time where there is none.
    pub id: Option<String>,
    /// The time.
    pub at: Timestamp,
    /// Whether nothing is written.
    pub dry_run: bool,
    /// How the crate calls the runtime.
    pub runtime: String,
    /// How the file is named and finished.
    pub style: FileStyle,
}

/// Why revisions are not squashed, or the files of those that were are not deleted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the sentence of each variant says it all")]
pub enum SquashError {
    #[error("{range} is one revision: there is nothing to squash")]
    OneRevision { range: String },
    #[error("{} and {other} are both the last of {range}", .last)]
    SeveralEnds {
        range: String,
        last: String,
        other: String,
    },
    #[error(
        "revision {id}, in the middle of {range}, also follows {parent}, which is outside of it"
    )]
    JoinsOutside {
        range: String,
        id: String,
        parent: String,
    },
    #[error("revision {child} begins a branch at {id}, in the middle of {range}")]
    BranchInside {
        range: String,
        id: String,
        child: String,
    },
    #[error("revision {dependent} depends on {id}, in the middle of {range}")]
    DependsInside {
        range: String,
        id: String,
        dependent: String,
    },
    #[error(
        "revision {id} runs outside of a transaction, and its {what} cannot be a part of another revision"
    )]
    OutsideTransaction { id: String, what: String },
    #[error(
        "the value '{value}' of the enum {name} is added and used in this range, which PostgreSQL cannot do in one transaction"
    )]
    ValueTooEarly { name: String, value: String },
    #[error("the squashed revision would not lead to what {last} leads to: {problem}")]
    Differs { last: String, problem: String },
    #[error("revision {id} replaces no others")]
    ReplacesNone { id: String },
    #[error("the files of what {id} replaces are gone already")]
    Pruned { id: String },
    #[error("the database is at {at}, in the middle of what {id} replaces")]
    StillInside { at: String, id: String },
}

impl Explain for SquashError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Differs { .. } => ErrorKind::Internal,
            Self::StillInside { .. } => ErrorKind::Drift,
            _ => ErrorKind::Usage,
        }
    }

    fn hints(&self) -> Vec<String> {
        let hint = match self {
            Self::OneRevision { .. } => "name two ends: cargo migrate squash base:20260125",
            Self::SeveralEnds { .. } => {
                "name the last revision: FROM:TO; or join the two first: cargo migrate merge"
            }
            Self::JoinsOutside { .. } => "begin further below, or behind the merge",
            Self::BranchInside { id, .. } | Self::DependsInside { id, .. } => {
                return vec![format!(
                    "end the range at {id}, and begin another one behind it"
                )];
            }
            Self::OutsideTransaction { id, .. } => {
                return vec![format!(
                    "end the range before {id}, and begin another one behind it"
                )];
            }
            Self::ValueTooEarly { .. } => {
                "end the range at the revision that adds the value, and begin another one behind it"
            }
            Self::Differs { .. } => "please report it, with the migration files",
            Self::ReplacesNone { .. } => "name the revision that `cargo migrate squash` wrote",
            Self::Pruned { .. } => return Vec::new(),
            Self::StillInside { .. } => {
                "bring it to the end while the files are there: cargo migrate upgrade"
            }
        };
        vec![hint.to_owned()]
    }
}

/// What was squashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Squashed {
    /// The revision that replaces the others.
    pub revision: NewRevision,
    /// Those that it replaces, in order.
    pub replaced: Vec<String>,
    /// How many operations they have, both ways counted.
    pub operations: usize,
}

/// Writes one revision in the place of several, and HEAD. The files of these stay, for databases that stopped in the
/// middle of them; [`prune`] deletes them.
///
/// # Errors
/// [`SquashError`]; where a target means nothing; where a file cannot be read or written. Then nothing was written.
pub fn squash(
    locations: &Locations,
    schema: &SchemaDef,
    request: &SquashRequest,
) -> Result<Squashed, Error> {
    let migrations = read_directory(locations)?;
    let graph = migrations.graph()?;
    let ids = ids(&graph, &request.range)?;
    let parents = bounds(&graph, &ids, &request.range)?;
    let chains = Chains::new(schema).map_err(RunError::from)?;
    let members: Vec<&'static Migration> =
        ids.iter().filter_map(|id| chains.own().get(id)).collect();
    let last = ids.last().cloned().unwrap_or_default();
    let below = chains.up_to(&last).map_err(RunError::from)?;
    let is_member = |id: &str| ids.iter().any(|member| member == id);
    let start = fold(below.into_iter().filter(|it| !is_member(it.id)))?;

    let mut ways = Ways::new(&migrations, &members)?;
    let mut end = start.clone();
    let upgrade = ways.squashed(&mut end, members.iter().map(|it| (*it, false)).collect())?;
    let irreversible = members.iter().rev().find_map(|it| match it.downgrade {
        _ if it.irreversible.is_some() => Some(format!("{}: {}", it.id, it.irreversible?)),
        None if !it.upgrade.is_empty() => Some(format!("{} has no downgrade", it.id)),
        _ => None,
    });
    let mut downgrade_while = None;
    let downgrade = if let Some(why) = irreversible {
        Downgrade::Irreversible(why)
    } else {
        let mut back = end.clone();
        let way = members.iter().rev().map(|it| (*it, true)).collect();
        let steps = ways.squashed(&mut back, way)?;
        leads_to(&end, &steps, &start, &last)?;
        uses_no_fresh_value(&steps, &end)?;
        let findings = findings(&steps, &end);
        downgrade_while = condition(&findings);
        Downgrade::Operations(commented(steps, &findings))
    };
    leads_to(&start, &upgrade, &end, &last)?;
    uses_no_fresh_value(&upgrade, &start)?;

    let id = new_id(&migrations, request.id.as_deref(), request.at)?;
    let first = ids.first().cloned().unwrap_or_default();
    let message = request.message.clone();
    let message = message.unwrap_or_else(|| format!("squash {first} to {last}"));
    let upgrade = commented(upgrade.clone(), &self::findings(&upgrade, &start));
    let file = MigrationFile {
        revises: parents,
        depends_on: gathered(&members, |it| it.depends_on, |id| !is_member(id)),
        branch_labels: gathered(&members, |it| it.branch_labels, |_| true),
        replaces: replaced(&members),
        body: vec![listed(&migrations, &ids)],
        upgrade,
        downgrade,
        downgrade_while,
        runtime: request.runtime.clone(),
        style: request.style.clone(),
        items: ways.modules(),
        ..MigrationFile::empty(id, message, request.at)
    };
    let directory = locations.place(&migrations, &file, None)?;
    let mut revision = NewRevision::in_directory(&directory, file);
    if !request.dry_run {
        revision.written = Some(write_one(locations, &migrations, &revision)?);
    }
    let operations = |it: &&Migration| it.upgrade.len() + it.downgrade.unwrap_or_default().len();
    Ok(Squashed {
        revision,
        operations: members.iter().map(operations).sum(),
        replaced: ids,
    })
}

/// Deletes the files of what a revision replaces; their paths. From then on a database in the middle of them is
/// refused. `held` are the revisions that a database at hand is at, or is half at: one in the middle still needs them.
///
/// # Errors
/// [`SquashError`]; where the target means nothing, or a file cannot be deleted.
pub fn prune(
    locations: &Locations,
    target: &str,
    held: &[String],
) -> Result<(String, Vec<PathBuf>), Error> {
    let migrations = read_directory(locations)?;
    let graph = migrations.graph()?;
    let ids = resolve(&graph, &[], target)?.ids;
    let found = ids.first().and_then(|id| graph.get(id));
    let squashed = found.filter(|it| !it.replaces.is_empty());
    let Some(squashed) = squashed else {
        let id = ids.join(" ");
        return Err(SquashError::ReplacesNone { id }.into());
    };
    let id = squashed.id.clone();
    let files = squashed.replaces.iter().filter_map(|id| migrations.get(id));
    let paths: Vec<PathBuf> = files.map(|file| file.path.clone()).collect();
    if paths.is_empty() {
        return Err(SquashError::Pruned { id }.into());
    }
    let inner = squashed
        .replaces
        .split_last()
        .map_or(&[][..], |(_, inner)| inner);
    if let Some(at) = held.iter().find(|at| inner.contains(at)) {
        let at = at.clone();
        return Err(SquashError::StillInside { at, id }.into());
    }
    for path in &paths {
        head::remove_file(path)?;
    }
    // The compiler notices by it that files are gone.
    head::write(locations.first(), &graph.heads())?;
    Ok((id, paths))
}

/// The revisions of the range, in order.
fn ids(graph: &Graph, text: &str) -> Result<Vec<String>, Error> {
    let text = match text.split_once(':') {
        Some((from, "")) => format!("{from}:head"),
        Some(_) => text.to_owned(),
        // The last one is meant.
        None => format!("base:{text}"),
    };
    let ids = range(graph, &[], &text)?;
    if ids.len() < 2 {
        return Err(SquashError::OneRevision { range: text }.into());
    }
    Ok(ids)
}

/// What the range revises, if it can be replaced: nothing outside may stand on its middle, nor its middle on anything
/// outside.
fn bounds(graph: &Graph, ids: &[String], range: &str) -> Result<Vec<String>, SquashError> {
    let range = || range.to_owned();
    let inside: BTreeSet<&String> = ids.iter().collect();
    let Some((last, others)) = ids.split_last() else {
        return Ok(Vec::new());
    };
    for id in others {
        let children = graph.children(id);
        if children.is_empty() {
            let (last, other) = (last.clone(), id.clone());
            return Err(SquashError::SeveralEnds {
                range: range(),
                last,
                other,
            });
        }
        if let Some(child) = children.into_iter().find(|child| !inside.contains(child)) {
            let id = id.clone();
            return Err(SquashError::BranchInside {
                range: range(),
                id,
                child,
            });
        }
        let mut dependents = graph.dependents(id).into_iter();
        if let Some(dependent) = dependents.find(|dependent| !inside.contains(dependent)) {
            let id = id.clone();
            return Err(SquashError::DependsInside {
                range: range(),
                id,
                dependent,
            });
        }
    }
    let parents = |id: &String| graph.get(id).map_or(&[][..], |it| &it.parents);
    let known = |parent: &String| {
        graph
            .get(parent)
            .map_or_else(|| parent.clone(), |it| it.id.clone())
    };
    let first: Vec<String> = ids
        .first()
        .map_or(&[][..], parents)
        .iter()
        .map(known)
        .collect();
    for id in ids {
        let outside = parents(id).iter().map(known);
        let mut outside =
            outside.filter(|parent| !inside.contains(parent) && !first.contains(parent));
        if let Some(parent) = outside.next() {
            let id = id.clone();
            return Err(SquashError::JoinsOutside {
                range: range(),
                id,
                parent,
            });
        }
    }
    Ok(first)
}

/// The operations of the members, with where each comes from.
struct Ways<'m> {
    directory: &'m Directory,
    functions: BTreeMap<&'static str, Functions>,
    /// The members whose functions are called.
    called: BTreeSet<&'static str>,
}

impl<'m> Ways<'m> {
    fn new(directory: &'m Directory, members: &[&'static Migration]) -> Result<Self, Error> {
        let mut all = BTreeMap::new();
        for member in members {
            let down = member.downgrade.unwrap_or_default();
            let mut operations = lower(member.upgrade).into_iter().chain(lower(down));
            if operations.any(|it| matches!(it, Operation::Run { .. }))
                && let Some(file) = directory.get(member.id)
            {
                let text = head::file_text(&file.path)?;
                all.insert(member.id, functions(&file.path, &text)?);
            }
        }
        Ok(Self {
            directory,
            functions: all,
            called: BTreeSet::new(),
        })
    }

    /// The steps of the squashed revision, the way up or down.
    fn squashed(
        &mut self,
        schema: &mut Schema,
        members: Vec<(&'static Migration, bool)>,
    ) -> Result<Vec<CommentedOperation>, Error> {
        let mut way = Vec::new();
        let mut from = Vec::new();
        for (member, is_down) in members {
            let operations = if is_down {
                member.downgrade.unwrap_or_default()
            } else {
                member.upgrade
            };
            let mut runs = 0;
            for operation in lower(operations) {
                let is_run = matches!(operation, Operation::Run { .. });
                from.push((member, is_down, is_run.then_some(runs)));
                runs += usize::from(is_run);
                way.push(operation);
            }
        }
        let steps = fewer(schema, &way).map_err(|error| SquashError::Differs {
            last: from
                .last()
                .map(|(it, ..)| it.id.to_owned())
                .unwrap_or_default(),
            problem: error.to_string(),
        })?;
        let mut squashed = Vec::new();
        let mut said = "";
        for step in steps {
            let at = match step {
                SquashedStep::New(operation) => {
                    said = "";
                    squashed.push(CommentedOperation::from(*operation));
                    continue;
                }
                SquashedStep::Kept(at) => at,
            };
            let (member, is_down, run) = from[at];
            let operation = way[at].clone();
            if member.outside_transaction {
                return Err(SquashError::OutsideTransaction {
                    id: member.id.to_owned(),
                    what: operation.word().to_owned(),
                }
                .into());
            }
            let mut kept = CommentedOperation::from(operation);
            if said != member.id {
                said = member.id;
                kept.comments.push(self.title(member.id));
            }
            kept.function = run.and_then(|run| self.function(member.id, is_down, run));
            squashed.push(kept);
        }
        Ok(squashed)
    }

    fn title(&self, id: &str) -> String {
        let message = self.directory.get(id).map_or("", |file| &file.message);
        format!("{id}: {message}").trim_end_matches(": ").to_owned()
    }

    fn function(&mut self, id: &'static str, is_down: bool, run: usize) -> Option<String> {
        let functions = self.functions.get(id)?;
        let names = if is_down {
            &functions.downgrade
        } else {
            &functions.upgrade
        };
        let path = format!("{}::{}", module(id), names.get(run)?);
        self.called.insert(id);
        Some(path)
    }

    /// The functions that are called, each with its file in a module of its own.
    fn modules(&self) -> String {
        let called = self
            .called
            .iter()
            .filter_map(|id| Some((id, self.functions.get(id)?)));
        let modules = called.map(|(id, functions)| {
            let (module, items) = (module(id), &functions.items);
            format!("/// What {id} runs.\nmod {module} {{\n{items}\n}}\n")
        });
        modules.collect::<Vec<_>>().join("\n")
    }
}

/// The name of the module of a file.
fn module(id: &str) -> String {
    let words: String = id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    format!("of_{words}")
}

fn findings(steps: &[CommentedOperation], before: &Schema) -> Vec<Finding> {
    lint(&operations(steps), before)
}

fn operations(steps: &[CommentedOperation]) -> Vec<Operation> {
    steps.iter().map(|step| step.operation.clone()).collect()
}

/// Nothing is written that was not folded and compared first.
fn leads_to(
    from: &Schema,
    steps: &[CommentedOperation],
    to: &Schema,
    last: &str,
) -> Result<(), SquashError> {
    let differs = |problem: String| SquashError::Differs {
        last: last.to_owned(),
        problem,
    };
    let mut reached = from.clone();
    apply_all(&mut reached, &operations(steps)).map_err(|error| differs(error.to_string()))?;
    let rest = diff(&reached, to, &RenameHints::default());
    if rest.is_empty() {
        return Ok(());
    }
    let rest: Vec<String> = rest.iter().map(describe).collect();
    Err(differs(rest.join("; ")))
}

fn uses_no_fresh_value(steps: &[CommentedOperation], before: &Schema) -> Result<(), SquashError> {
    if !VALUES_WAIT {
        return Ok(());
    }
    match too_early(&operations(steps), before) {
        Some(early) => Err(SquashError::ValueTooEarly {
            name: early.name.to_string(),
            value: early.value.clone(),
        }),
        None => Ok(()),
    }
}

fn gathered(
    members: &[&'static Migration],
    of: impl Fn(&'static Migration) -> &'static [&'static str],
    is_wanted: impl Fn(&str) -> bool,
) -> Vec<String> {
    let all: BTreeSet<&str> = members.iter().flat_map(|it| of(it)).copied().collect();
    let wanted = all.into_iter().filter(|text| is_wanted(text));
    wanted.map(str::to_owned).collect()
}

/// The members, each behind those that it replaces itself.
fn replaced(members: &[&Migration]) -> Vec<String> {
    let all = (members.iter()).flat_map(|it| it.replaces.iter().chain(std::iter::once(&it.id)));
    all.map(|&id| id.to_owned()).collect()
}

/// The paragraph of the header that says what is replaced.
fn listed(migrations: &Directory, ids: &[String]) -> String {
    let messages = ids.iter().map(|id| {
        let message = migrations.get(id).map_or("", |file| &file.message);
        format!("- {id} {message}").trim_end().to_owned()
    });
    let lines: Vec<String> = std::iter::once("In the place of:".to_owned())
        .chain(messages)
        .collect();
    lines.join("\n")
}
