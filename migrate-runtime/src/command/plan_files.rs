//! The files of a plan: one for each of its parts.

use super::rendered;
use super::revision::{NewRevision, RevisionRequest};
use super::revision_file::{new_id, write_all};
use crate::Error;
use crate::autogenerate::Plan;
use crate::lint::{Finding, Severity};
use crate::operation::Operation;
use crate::source::{
    CommentedOperation, Directory, Downgrade, Locations, MigrationFile, message_from_operations,
    name, scan_directory,
};
use std::collections::BTreeSet;

/// What a new revision stands on.
pub(super) struct Follows {
    pub(super) parents: Vec<String>,
    /// What it needs of libraries and of other branches.
    pub(super) depends_on: Vec<String>,
}

/// Writes the file of a plan, and those of what follows it.
pub(super) fn write_plan(
    locations: &Locations,
    request: &RevisionRequest,
    follows: Follows,
    plan: &Plan,
) -> Result<Vec<NewRevision>, Error> {
    // The compiler has read every file to get here; a look is enough.
    let migrations = scan_directory(locations)?;
    let id = new_id(&migrations, request.id.as_deref(), request.at)?;
    let mut file = file_of_plan(&of_part(request, plan, plan.then.is_some()), id, plan);
    request.placement.put(&mut file, follows.parents)?;
    file.depends_on = request.depending(follows.depends_on);
    let then = files_after(&file, plan, request, &migrations);
    let directory = request.place(locations, &migrations, &file)?;
    let mut new: Vec<NewRevision> = (std::iter::once(file).chain(then))
        .map(|file| NewRevision::in_directory(&directory, file))
        .collect();
    if !request.dry_run {
        let written = write_all(locations, &migrations, &new)?;
        for (one, written) in new.iter_mut().zip(written) {
            one.written = Some(written);
        }
    }
    Ok(new)
}

/// The files of what follows the first part of a plan.
pub(super) fn files_after(
    first: &MigrationFile,
    plan: &Plan,
    request: &RevisionRequest,
    migrations: &Directory,
) -> Vec<MigrationFile> {
    let mut taken: BTreeSet<String> = migrations.migrations.keys().cloned().collect();
    let mut before = first.id.clone();
    let parts = std::iter::successors(plan.then.as_deref(), |part| part.then.as_deref());
    parts
        .map(|part| {
            taken.insert(before.clone());
            let id = match &request.id {
                Some(id) => name::further_id(id, &taken),
                None => name::free_id(request.at, &taken),
            };
            let mut file = file_of_plan(&of_part(request, part, true), id.clone(), part);
            file.revises = vec![std::mem::replace(&mut before, id)];
            file
        })
        .collect()
}

/// The request with what a part is, in brackets: several files have one message.
pub(super) fn of_part(request: &RevisionRequest, part: &Plan, is_one_of: bool) -> RevisionRequest {
    let mut request = request.clone();
    let Some(what) = word(part).filter(|_| is_one_of) else {
        return request;
    };
    let is_said = |message: &&String| !message.trim().is_empty();
    let message = request.messages.iter().find(is_said);
    request.messages = (message.map(|message| format!("{} ({what})", message.trim())))
        .into_iter()
        .collect();
    request
}

/// What a part is, unless it is the one that the message is about.
fn word(part: &Plan) -> Option<&'static str> {
    if part.outside_transaction {
        return Some("indexes");
    }
    let is_of_values = |one: &Operation| {
        matches!(
            one,
            Operation::AlterEnum { .. } | Operation::CreateEnum { .. }
        )
    };
    (part.upgrade.iter().all(is_of_values)).then_some("enum values")
}

/// What the file of a plan says; it revises nothing yet.
pub(super) fn file_of_plan(request: &RevisionRequest, id: String, plan: &Plan) -> MigrationFile {
    let upgrade = commented(steps(&plan.upgrade), &plan.findings);
    let downgrade = match &plan.irreversible {
        Some(reason) => Downgrade::Irreversible(reason.clone()),
        None => Downgrade::Operations(commented(steps(&plan.downgrade), &plan.findings_down)),
    };
    MigrationFile {
        upgrade,
        downgrade,
        outside_transaction: plan.outside_transaction,
        downgrade_while: condition(&plan.findings_down),
        generated: true,
        ..empty_file(request, id, &plan.upgrade)
    }
}

/// As long as what the way down works.
pub(super) fn condition(findings: &[Finding]) -> Option<&'static str> {
    let may_fail = || findings.iter().filter(|finding| finding.may_fail());
    let is_used = may_fail().any(|finding| finding.rule == rendered::USERS);
    let has_rows = may_fail().any(|finding| finding.rule != rendered::USERS);
    match (has_rows, is_used) {
        (false, false) => None,
        (true, false) => Some("the rows fit"),
        (false, true) => Some("nothing else uses what it changes"),
        (true, true) => Some("the rows fit and nothing else uses what it changes"),
    }
}

/// A file with the message of the request, or one made from the operations.
pub(super) fn empty_file(
    request: &RevisionRequest,
    id: String,
    operations: &[Operation],
) -> MigrationFile {
    let mut messages = (request.messages.iter()).filter(|message| !message.trim().is_empty());
    let message = (messages.next().cloned()).unwrap_or_else(|| message_from_operations(operations));
    MigrationFile {
        body: messages.cloned().collect(),
        runtime: request.runtime.clone(),
        style: request.style.clone(),
        ..MigrationFile::empty(id, message, request.at)
    }
}

fn steps(operations: &[Operation]) -> Vec<CommentedOperation> {
    operations.iter().cloned().map(Into::into).collect()
}

/// Operations with what the lint says of them as comments.
pub(super) fn commented(
    mut steps: Vec<CommentedOperation>,
    findings: &[Finding],
) -> Vec<CommentedOperation> {
    for finding in findings {
        let Some(step) = steps.get_mut(finding.operation) else {
            continue;
        };
        if finding.severity == Severity::Destructive && step.destroys.is_none() {
            step.destroys = Some(finding.message.clone());
        } else {
            step.comments.push(finding.message.clone());
        }
    }
    steps
}
