//! A migration on a database where a statement that changes the schema cannot be taken back.
//!
//! Each statement stands between two records in the log: that it begins, and that it was done. A statement
//! may be several operations. What changes rows only (`backfill`, `run`, `sql` as far as it does no more)
//! is one transaction with its record, so that it is done once. Where the process ends between two of
//! these, the next run goes on (`resume.rs`).

use super::apply::{AppliedStep, Halt, Planned, Runner, bookkeeping};
use super::destroys;
use super::error::RunError;
use super::event::{Event, Progress};
use super::history::{LogEntry, Outcome};
use super::hooks::When;
use super::resume::{checksum_to, found_done};
use super::talk::Talk;
use super::transaction::rollback;
use crate::connection::{DatabaseError, Session};
use crate::migration::OperationKind;
use crate::operation::Operation;
use crate::sql::{Online, Statement, Step};
use sha2::{Digest, Sha256};

/// The statements of one operation, and the operations that they are: numbers in the file, from 1.
struct Group<'t> {
    statements: &'t [Statement],
    first: usize,
    last: usize,
}

impl Runner<'_> {
    /// Runs what is left of a migration, and records the revision.
    pub(super) fn step_by_step(
        &self,
        session: &mut dyn Session,
        planned: &Planned<'_>,
        entry: &LogEntry,
        progress: &mut dyn Progress,
    ) -> Result<AppliedStep, Halt> {
        let operations = super::chain::lower(planned.operations);
        let mut talk = self.talk(session, planned);
        let result = talk.step_by_step(entry, &operations, progress);
        if result.is_err() {
            talk.abandon();
        }
        result
    }
}

impl<'t> Talk<'t> {
    fn step_by_step(
        &mut self,
        entry: &LogEntry,
        operations: &[Operation],
        progress: &mut dyn Progress,
    ) -> Result<AppliedStep, Halt> {
        let mut applied = self.runner.begin_report(self.planned, progress);
        destroys::tell(self.session, self.planned, progress);
        let tried = self.history().attempts(self.session, entry);
        let tried = tried.map_err(bookkeeping)?;
        let before = self.differences_before(&tried)?;
        self.hook(When::Before, &applied, progress)?;
        // What the next transaction writes down; first, what an earlier run did and did not record.
        let left = self.planned.plan.statements.iter();
        let left = (left.map(|statement| statement.operation).min()).unwrap_or(operations.len());
        let mut notes: Vec<String> = found_done(operations, &tried, left)
            .map(|step| self.history().outcome(entry, step))
            .collect();
        let statements = &self.planned.plan.statements;
        let changes = |it: &Statement| it.step.changes_something();
        let first = (statements.iter().position(changes)).unwrap_or(statements.len());
        let (asked, statements) = statements.split_at(first);
        self.obey_all(asked, &mut applied, progress)
            .and_then(|()| self.refuse_copies(statements, operations))
            .map_err(|halt| nothing_done(halt, tried.is_empty()))?;
        let mut is_untouched = tried.is_empty();
        for group in groups(statements, operations.len()) {
            let kind = self
                .planned
                .operations
                .get(group.first - 1)
                .map(|it| &it.kind);
            let note = Note {
                entry,
                operations,
                first: group.first,
                last: group.last,
                is_first: std::mem::take(&mut is_untouched),
            };
            match kind {
                _ if !group.statements.iter().any(changes) => {
                    self.obey_all(group.statements, &mut applied, progress)?;
                }
                Some(OperationKind::Sql { .. }) => {
                    self.say_one_by_one(&group, &note, &mut notes, &mut applied, progress)?;
                }
                Some(OperationKind::Backfill { .. } | OperationKind::Run { .. }) => {
                    self.change_rows(&group, &note, &mut notes, &mut applied, progress)?;
                }
                _ => self.change_schema(&group, &note, &mut notes, &mut applied, progress)?,
            }
        }
        if self.runner.verify && !notes.is_empty() {
            self.enter()?;
            self.commit(&std::mem::take(&mut notes))?;
        }
        self.hook(When::After, &applied, progress)?;
        self.refuse_differences(&before, false)?;
        self.enter()?;
        self.record(&notes, entry)?;
        Ok(applied)
    }

    /// What differs from the chain before the migration. Half of it is no difference of somebody else's.
    fn differences_before(&mut self, tried: &[LogEntry]) -> Result<Vec<String>, Halt> {
        if self.runner.verify && !tried.is_empty() {
            return Ok(Vec::new());
        }
        self.differences(self.planned.state.rows())
    }

    /// Statements that change the schema: one is done or not, several can be made again.
    fn change_schema(
        &mut self,
        group: &Group<'t>,
        note: &Note<'_>,
        notes: &mut Vec<String>,
        applied: &mut AppliedStep,
        progress: &mut dyn Progress,
    ) -> Result<(), Halt> {
        notes.extend(note.begun(self));
        self.enter()?;
        self.commit(&std::mem::take(notes))?;
        let mut has_acted = false;
        for statement in group.statements {
            if let Err(halt) = self.obey(statement, applied, progress) {
                // One statement is done or not; of several, the next run finds out.
                if !has_acted {
                    notes.push(self.history().forget_begun(note.entry));
                    self.write_down(notes);
                }
                return Err(nothing_done(halt, note.is_first && !has_acted));
            }
            if statement.step.changes_something() {
                has_acted = true;
                self.refuse_warnings(statement, false)?;
            }
        }
        notes.extend(note.done(self));
        Ok(())
    }

    /// `ALTER TABLE`, in the first way that the server has.
    pub(super) fn change_table(
        &mut self,
        statement: &'t Statement,
        online: &Online,
        applied: &mut AppliedStep,
        progress: &mut dyn Progress,
    ) -> Result<(), Halt> {
        let place = self.place(statement);
        let engine = self.runner.engine;
        applied.statements += 1;
        for way in online.ways {
            let sql = online.in_way(way);
            progress.event(&Event::Statement { sql: &sql });
            match self.session.batch(&sql) {
                Ok(()) => return Ok(()),
                Err(_) if engine.refuses_the_way(self.session) => {}
                Err(error) => return Err(place.refused(&error).into()),
            }
        }
        self.refuse_copy(statement, online)?;
        progress.event(&Event::Statement { sql: &online.sql });
        let done = self.session.batch(&online.sql);
        Ok(done.map_err(|error| place.refused(&error))?)
    }

    /// Refuses to keep writers out of a large table, unless somebody allowed it.
    fn refuse_copy(&mut self, statement: &'t Statement, online: &Online) -> Result<(), Halt> {
        let place = self.place(statement);
        if !self.runner.allow_copy {
            let rows = self.session.query(&online.big);
            let rows = rows.map_err(|error| place.refused(&error))?;
            if let Some(size) = rows.first().and_then(|row| row.text(0)) {
                let table = &online.table;
                let message = format!(
                    "the server can do this only by keeping writers out of table {table} ({size}) for as \
                     long as it takes to go through all its rows"
                );
                let hint = "run it when nobody needs the table, with --allow-copy; or change the table with \
                            gh-ost or pt-online-schema-change";
                return Err(place.in_the_way(message, hint, true).into());
            }
        }
        Ok(())
    }

    /// The same before anything is done, for what no server does otherwise: as far as the tables are those of now.
    fn refuse_copies(
        &mut self,
        statements: &'t [Statement],
        operations: &[Operation],
    ) -> Result<(), Halt> {
        let is_the_same = |statement: &&Statement| {
            !matches!(
                operations.get(statement.operation),
                Some(Operation::RenameTable { .. } | Operation::Sql { .. } | Operation::Run { .. })
            )
        };
        for statement in statements.iter().take_while(is_the_same) {
            if let Step::Online(online) = &statement.step
                && online.ways.is_empty()
            {
                self.refuse_copy(statement, online)?;
            }
        }
        Ok(())
    }

    /// Steps that change rows, in one transaction with their record.
    fn change_rows(
        &mut self,
        group: &Group<'t>,
        note: &Note<'_>,
        notes: &mut Vec<String>,
        applied: &mut AppliedStep,
        progress: &mut dyn Progress,
    ) -> Result<(), Halt> {
        notes.extend(note.begun(self));
        self.enter()?;
        self.commit(&std::mem::take(notes))?;
        self.enter()?;
        let mut done = Ok(());
        for statement in group.statements {
            done = (self.obey(statement, applied, progress))
                .and_then(|()| self.refuse_warnings(statement, true));
            if done.is_err() {
                break;
            }
        }
        if let Err(halt) = done {
            rollback(self.session);
            notes.push(self.history().forget_begun(note.entry));
            self.write_down(notes);
            return Err(halt);
        }
        self.commit(&note.done(self))
    }

    /// What a person wrote, statement by statement, each with a record of how many were done: one
    /// transaction, unless the statement ends it by itself.
    fn say_one_by_one(
        &mut self,
        group: &Group<'t>,
        note: &Note<'_>,
        notes: &mut Vec<String>,
        applied: &mut AppliedStep,
        progress: &mut dyn Progress,
    ) -> Result<(), Halt> {
        let [statement] = group.statements else {
            return self.obey_all(group.statements, applied, progress);
        };
        let Step::Sql(sql) = &statement.step else {
            return self.obey_all(group.statements, applied, progress);
        };
        let history = self.history();
        let engine = self.runner.engine;
        let texts = engine.one_by_one(sql);
        let earlier = history
            .attempts(self.session, note.entry)
            .map_err(bookkeeping)?;
        let earlier = (earlier.into_iter())
            .find(|it| it.step == Some(group.first) && it.outcome == Outcome::Begun);
        let done = earlier.as_ref().map_or(0, statements_done);
        if let Some(earlier) = (earlier.as_ref()).filter(|it| !is_same(it, texts.get(..done))) {
            return Err(Halt::Error(RunError::EditedWhatIsDone {
                revision: earlier.revision.clone(),
                operation: group.first,
                done: group.first - 1,
                at: earlier.finished.clone(),
                host: earlier.host.clone(),
            }));
        }
        // What is left of it may have been edited: the record is of what is done now.
        notes.extend(note.begun(self));
        if done > 0 {
            notes.push(history.count_begun(note.entry, &count(&texts[..done])));
        }
        self.enter()?;
        self.commit(&std::mem::take(notes))?;
        for text in texts
            .iter()
            .take(done)
            .filter(|text| engine.is_of_the_session(text))
        {
            let place = self.place(statement);
            self.session
                .batch(text)
                .map_err(|error| place.refused(&error))?;
        }
        applied.statements += 1;
        for (number, text) in texts.iter().enumerate().skip(done) {
            progress.event(&Event::Statement { sql: text });
            self.enter()?;
            let said = self.session.batch(text);
            let may_be_done = number == done && earlier.as_ref().is_some_and(is_open);
            let was_done = said.is_err() && may_be_done && engine.finds_it_done(self.session, text);
            let said = match said {
                // What the server warns of then is that error.
                Err(_) if was_done => Ok(()),
                Err(error) => Err(self.refused_one(statement, error, number, texts.len())),
                Ok(()) => self.refuse_warnings(statement, true),
            };
            if let Err(halt) = said {
                rollback(self.session);
                let failed = if number == 0 {
                    history.forget_begun(note.entry)
                } else {
                    let count = format!("{}; the next one failed", count(&texts[..number]));
                    history.count_begun(note.entry, &count)
                };
                self.write_down(&[failed]);
                return Err(halt);
            }
            let is_last = number + 1 == texts.len();
            let record = if is_last {
                note.done(self)
            } else {
                vec![history.count_begun(note.entry, &count(&texts[..=number]))]
            };
            self.commit(&record)?;
        }
        Ok(())
    }

    fn refused_one(
        &self,
        statement: &'t Statement,
        mut error: DatabaseError,
        number: usize,
        of: usize,
    ) -> Halt {
        if of > 1 {
            let stays = if number > 0 {
                "; those before it are done, and not done again"
            } else {
                ""
            };
            error.message = format!(
                "{} (statement {} of {of}{stays})",
                error.message,
                number + 1
            );
        }
        self.place(statement).refused(&error).into()
    }

    fn obey_all(
        &mut self,
        statements: &'t [Statement],
        applied: &mut AppliedStep,
        progress: &mut dyn Progress,
    ) -> Result<(), Halt> {
        (statements.iter()).try_for_each(|statement| self.obey(statement, applied, progress))
    }

    /// A warning is an error: a value was cut, or something was left out.
    fn refuse_warnings(
        &mut self,
        statement: &'t Statement,
        can_be_taken_back: bool,
    ) -> Result<(), Halt> {
        let found = self
            .runner
            .engine
            .warnings(self.session)
            .map_err(bookkeeping)?;
        if found.is_empty() {
            return Ok(());
        }
        let hint = (!can_be_taken_back).then(|| {
            "the statement was carried out; look at what it did, then run the command again, which goes on \
             behind it"
                .to_owned()
        });
        let message = format!("the server warned: {}", found.join("; "));
        Err(self.place(statement).failed(message, hint).into())
    }

    /// Writes something down behind a failure, which is the one to report.
    fn write_down(&mut self, texts: &[String]) {
        let written = self.enter().and_then(|()| self.commit(texts));
        if written.is_err() {
            rollback(self.session);
        }
    }
}

/// Where an expectation is not met before the first change, or that one is refused, the database is as it was,
/// unless an earlier run did something.
fn nothing_done(mut halt: Halt, is_untouched: bool) -> Halt {
    if let Halt::Error(RunError::Failed(failure)) = &mut halt {
        failure.rolled_back |= is_untouched;
    }
    halt
}

/// What is written down of operations.
struct Note<'n> {
    entry: &'n LogEntry,
    operations: &'n [Operation],
    first: usize,
    last: usize,
    /// Whether nothing of the migration was done before.
    is_first: bool,
}

impl Note<'_> {
    /// The statements that write down that they begin.
    fn begun(&self, talk: &Talk<'_>) -> Vec<String> {
        let history = talk.history();
        let mut texts = vec![history.forget_begun(self.entry)];
        for step in self.first..=self.last {
            let entry = LogEntry {
                checksum: checksum_to(self.operations, step),
                step: Some(step),
                outcome: Outcome::Begun,
                started: super::clock::now(),
                ..self.entry.clone()
            };
            texts.push(history.log_statement(&entry.ended()));
        }
        texts
    }

    /// The statements that write down that they were done.
    fn done(&self, talk: &Talk<'_>) -> Vec<String> {
        vec![talk.history().end_begun(self.entry)]
    }
}

/// Behind the number of statements of an operation that were done.
const DONE: &str = " statements done, ";

/// How many statements of an operation were done, and which: `2 statements done, 1f0c5a3e`.
fn count(done: &[&str]) -> String {
    format!("{}{DONE}{}", done.len(), fingerprint(done))
}

fn fingerprint(statements: &[&str]) -> String {
    let digest = Sha256::digest(statements.join("\0"));
    let start = digest.first_chunk().copied().unwrap_or_default();
    format!("{:08x}", u32::from_be_bytes(start))
}

fn statements_done(earlier: &LogEntry) -> usize {
    let text = earlier.error.as_deref().unwrap_or_default();
    let number = text.split_once(DONE).map(|(number, _)| number);
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Whether those are the statements that were done; `None` where there are fewer by now.
fn is_same(earlier: &LogEntry, done: Option<&[&str]>) -> bool {
    match done {
        Some([]) => true,
        Some(done) => (earlier.error.as_deref()).is_some_and(|text| text.starts_with(&count(done))),
        None => false,
    }
}

/// Whether nobody knows if the next statement was done.
fn is_open(earlier: &LogEntry) -> bool {
    !(earlier.error.as_deref()).is_some_and(|text| text.ends_with("failed"))
}

/// Statements by the operations they are: those of one belong together, and an operation without any was
/// a part of the one before it.
fn groups(statements: &[Statement], operations: usize) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = (statements
        .chunk_by(|one, next| one.operation == next.operation))
    .map(|statements| Group {
        statements,
        first: statements[0].operation + 1,
        last: 0,
    })
    .collect();
    let mut next = operations;
    for group in groups.iter_mut().rev() {
        group.last = next.max(group.first);
        next = group.first - 1;
    }
    groups
}
