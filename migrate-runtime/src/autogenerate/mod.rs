//! The plan of `revision --autogenerate`: pure, so that it can be tested without a database.
//!
//! In go the folded chain, the models, what a database reports (or nothing, `--from-chain`) and the
//! flags; out comes everything that a revision file and a summary are written from. Nothing is
//! planned that does not lead from the chain to the models and back.

mod adopt;
mod concurrent;
mod drift;
mod error;
mod fill;
mod former;
mod ignore;
mod named;
mod parts;
mod rewrite;
mod rows;
mod scope;
mod squash;
mod there;
mod values;
mod verify;

pub use drift::{Drift, drift};
pub use error::PlanError;
pub use ignore::{Ignore, IgnoreError};
pub use rewrite::Rewrite;
pub use rows::{Question, questions};
pub use squash::{SquashedStep, squash};

use crate::dialect::Dialect;
use crate::diff::{Asker, RenameFlags, RenameHints, diff, resolve};
use crate::lint::{Finding, is_destructive, lint};
use crate::operation::{Irreversible, Line, Operation, apply_to_database, inverse_all, lines};
use crate::schema::{Column, Name, Schema, SqlType, TableName};

/// What a plan is made from.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The folded chain.
    pub chain: &'a Schema,
    /// What the models say.
    pub models: &'a Schema,
    /// What the models say of renames.
    pub renamed_from: &'a RenameHints,
    /// The database; `None` compares the models with the chain only.
    pub database: Option<Database<'a>>,
    /// Whether a table of the database has rows; with a column, whether there are any where it is NULL.
    /// Without a database: `|_, _| false`.
    pub has_rows: &'a HasRows<'a>,
    /// Whether a value that is added to an enum type is used in a later revision only.
    pub values_wait: bool,
    /// The flags.
    pub flags: &'a Flags,
}

impl std::fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            chain,
            models,
            renamed_from,
            database,
            has_rows: _,
            values_wait,
            flags,
        } = self;
        f.debug_struct("Request")
            .field("chain", chain)
            .field("models", models)
            .field("renamed_from", renamed_from)
            .field("database", database)
            .field("values_wait", values_wait)
            .field("flags", flags)
            .finish_non_exhaustive()
    }
}

/// Looks at rows; see [`Request::has_rows`].
pub type HasRows<'a> = dyn Fn(&TableName, Option<&Name>) -> bool + 'a;

/// What introspection reported, and of which kind of database.
#[derive(Debug, Clone, Copy)]
pub struct Database<'a> {
    /// The schema, as introspected.
    pub schema: &'a Schema,
    /// The dialect that compares it.
    pub dialect: &'a dyn Dialect,
}

/// The flags of `revision --autogenerate`, as they were typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--only users,orgs`: tables to look at; empty for all.
    pub only: Vec<String>,
    /// `--adopt users,users_email_idx`: objects of the database that the chain takes over.
    pub adopt: Vec<String>,
    /// `--ignore-drift`: go on although the database differs from the chain.
    pub ignore_drift: bool,
    /// `--rename` and `--drop`.
    pub renames: RenameFlags,
    /// `--fill users.status='active'`: values of new required columns for rows that exist.
    pub fills: Vec<String>,
    /// `--concurrently`: indexes of tables that are there follow in a revision of their own.
    pub concurrently: bool,
    /// What the application makes of the operations.
    pub rewrite: Option<Rewrite>,
    /// The operations of a revision that is written anew: what they decided needs no flag.
    pub former: Vec<Operation>,
}

/// What a revision file is written from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The way up. Empty: there is nothing to write.
    pub upgrade: Vec<Operation>,
    /// The way down; empty where there is none.
    pub downgrade: Vec<Operation>,
    /// Why there is no way down.
    pub irreversible: Option<String>,
    /// How the database differs from the chain; nothing here blocks any more.
    pub drift: Vec<Drift>,
    /// What to know of the plan as a whole, one sentence each.
    pub notes: Vec<String>,
    /// Whether the way up loses values.
    pub destructive: bool,
    /// What the lint says of the way up.
    pub findings: Vec<Finding>,
    /// What it says of the way down.
    pub findings_down: Vec<Finding>,
    /// The way up in words: `added users.bio TEXT NULL`.
    pub summary: Vec<Line>,
    /// Whether no transaction may hold it.
    pub outside_transaction: bool,
    /// What follows in a revision of its own.
    pub then: Option<Box<Self>>,
}

impl Plan {
    /// Whether models and chain agree.
    pub fn is_empty(&self) -> bool {
        self.upgrade.is_empty()
    }

    /// All operations of the way up, and what is to be known of them: of this revision and the one that
    /// follows.
    pub fn whole(&self) -> (Vec<Operation>, Vec<Finding>) {
        let (mut operations, mut findings) = (self.upgrade.clone(), self.findings.clone());
        if let Some(then) = &self.then {
            let (further, more) = then.whole();
            findings.extend(more.into_iter().map(|finding| Finding {
                operation: finding.operation + operations.len(),
                ..finding
            }));
            operations.extend(further);
        }
        (operations, findings)
    }

    /// The way up in words, a sentence for each line.
    pub fn in_words(&self) -> Vec<String> {
        self.summary.iter().map(Line::to_string).collect()
    }
}

/// Makes the plan; `asker` decides renames that no flag and no `renamed_from` decides.
///
/// # Errors
/// See [`PlanError`]. An error writes nothing.
pub fn plan(request: &Request<'_>, asker: Option<&mut Asker<'_>>) -> Result<Plan, PlanError> {
    let Request {
        chain,
        models,
        renamed_from,
        database,
        has_rows,
        values_wait,
        flags,
    } = *request;
    verify::models(models)?;
    let target = scope::target(chain, models, renamed_from, &flags.only)?;
    let renamed_from = former::renames(&flags.former, renamed_from, &flags.renames);
    let mut ask = former::answering(&flags.former, asker);
    let hints = resolve(
        chain,
        &target,
        &renamed_from,
        &flags.renames,
        Some(&mut ask),
    )?;
    named::columns(chain, &target, &hints)?;
    let mut upgrade = diff(chain, &target, &hints);

    let mut found = Vec::new();
    if let Some(database) = database {
        verify::names(&upgrade, database.dialect)?;
        found = drift(chain, database.schema, database.dialect);
        adopt::apply(&mut upgrade, &mut found, chain, &target, database, flags)?;
        if !flags.ignore_drift && found.iter().any(|drift| drift.blocking) {
            return Err(PlanError::Drift(found));
        }
    } else if !flags.adopt.is_empty() {
        return Err(PlanError::flag(
            "adopt",
            &flags.adopt.join(","),
            "there is no database to adopt from",
        ));
    }
    let upgrade = fill::required_columns(upgrade, chain, &hints, has_rows, flags)?;
    let upgrade = rewrite::apply(upgrade, chain, &target, flags.rewrite)?;
    let general = [
        notes(models, &target, !upgrade.is_empty()),
        decimals_as_text(&upgrade, database),
    ]
    .concat();
    let mut plan = parts::planned(request, upgrade, &target)?;
    named::values(&plan, database, values_wait)?;
    plan.drift = found;
    plan.notes.splice(0..0, general);
    Ok(plan)
}

/// The plan of one revision, from one schema to another, proven.
fn part(from: &Schema, to: &Schema, upgrade: Vec<Operation>) -> Result<Plan, PlanError> {
    let (downgrade, irreversible) = match inverse_all(&upgrade, from) {
        Ok(downgrade) => (downgrade, None),
        Err(Irreversible::Apply(error)) => return Err(PlanError::internal(&error)),
        Err(error @ Irreversible::Opaque { .. }) => (Vec::new(), Some(error.to_string())),
    };
    verify::leads_there_and_back(from, to, &upgrade, &downgrade, irreversible.is_none())?;

    let findings = lint(&upgrade, from);
    let mut after = from.clone();
    for operation in &upgrade {
        // It was proven.
        drop(apply_to_database(&mut after, operation));
    }
    let findings_down = lint(&downgrade, &after);
    Ok(Plan {
        destructive: is_destructive(&findings),
        notes: [
            filled_on_the_way_back(&downgrade),
            no_way_back_with_rows(&findings, &findings_down),
        ]
        .concat(),
        summary: lines(&upgrade, from),
        upgrade,
        downgrade,
        irreversible,
        findings,
        findings_down,
        ..Plan::default()
    })
}

/// New decimals on a database that has none: wrong answers to queries are not seen by anything later.
fn decimals_as_text(upgrade: &[Operation], database: Option<Database<'_>>) -> Vec<String> {
    if database.is_none_or(|database| database.dialect.capabilities().decimals) {
        return Vec::new();
    }
    let is_decimal = |column: &&Column| matches!(column.ty, SqlType::Decimal { .. });
    (upgrade.iter())
        .flat_map(|operation| match operation {
            Operation::CreateTable { table, .. } => (table.columns.iter())
                .filter(is_decimal)
                .map(|column| (&table.name, &column.name))
                .collect(),
            Operation::AddColumn { table, column, .. } if is_decimal(&column) => {
                vec![(table, &column.name)]
            }
            _ => Vec::new(),
        })
        .map(|(table, column)| {
            format!(
                "{table}.{column} is a decimal, which this database keeps as text: in SQL it sorts and \
                 compares as text ('100.00' < '14.50'); store an integer of cents, or CAST in queries"
            )
        })
        .collect()
}

/// What is lost does not come back, and a rule that comes back is for rows that have lost it.
fn no_way_back_with_rows(up: &[Finding], down: &[Finding]) -> Vec<String> {
    if !is_destructive(up) {
        return Vec::new();
    }
    let fails = down.iter().filter(|finding| finding.may_fail());
    fails
        .map(|finding| format!("the downgrade {}", finding.message))
        .collect()
}

/// Values that a column had are not there any more when it becomes required again.
fn filled_on_the_way_back(downgrade: &[Operation]) -> Vec<String> {
    let fills = downgrade.iter().filter_map(|operation| match operation {
        Operation::Backfill {
            table,
            column,
            value,
            condition: _,
        } => Some((table, column, crate::operation::describe::text(value))),
        _ => None,
    });
    fills
        .map(|(table, column, value)| {
            format!("the downgrade fills {table}.{column} with {value}, since its values are lost")
        })
        .collect()
}

/// What `--only` leaves out.
fn notes(models: &Schema, target: &Schema, any: bool) -> Vec<String> {
    let rest = diff(target, models, &RenameHints::default()).len();
    if rest == 0 || !any {
        return Vec::new();
    }
    vec![format!(
        "{rest} other changes of the models are left for another revision"
    )]
}

#[cfg(test)]
mod tests;
