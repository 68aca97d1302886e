//! A whole migration file: header, constant, operations.

use super::layout::Expr;
use super::name::Timestamp;
use super::style::FileStyle;
use super::{literal, operation, seal};
use crate::operation::Operation;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a migration file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationFile {
    /// The id.
    pub id: String,
    /// The revisions it follows.
    pub revises: Vec<String>,
    /// Revisions that must be applied first.
    pub depends_on: Vec<String>,
    /// Names for the branch that begins here.
    pub branch_labels: Vec<String>,
    /// The revisions in whose place it stands.
    pub replaces: Vec<String>,
    /// The first line of the header.
    pub message: String,
    /// The paragraphs after it.
    pub body: Vec<String>,
    /// When it was made.
    pub created: Timestamp,
    /// The way up.
    pub upgrade: Vec<CommentedOperation>,
    /// The way down, or why there is none.
    pub downgrade: Downgrade,
    /// Whether no transaction holds it.
    pub outside_transaction: bool,
    /// As long as what the way down works: `the rows fit`. `None` for always.
    pub downgrade_while: Option<&'static str>,
    /// How the crate calls the runtime: `migrate_runtime`.
    pub runtime: String,
    /// Whether all of it was generated; the header then says so, in a way that tells a later edit.
    pub generated: bool,
    /// How the file is named and finished.
    pub style: FileStyle,
    /// Items after the constant, as they are written: the function of a `run` step and what it uses.
    pub items: String,
}

/// An operation, and what the reader should know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentedOperation {
    /// The operation.
    pub operation: Operation,
    /// What it destroys, if anything; becomes a comment `DESTRUCTIVE: …`.
    pub destroys: Option<String>,
    /// Other comments.
    pub comments: Vec<String>,
    /// Of `sql`: the file that has the text, as seen from the migration. It is included when it is compiled.
    pub included_from: Option<String>,
    /// Of `run`: the function, where it is not called as the step is.
    pub function: Option<String>,
}

impl From<Operation> for CommentedOperation {
    fn from(operation: Operation) -> Self {
        Self {
            operation,
            destroys: None,
            comments: Vec::new(),
            included_from: None,
            function: None,
        }
    }
}

/// The way down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Downgrade {
    /// These operations.
    Operations(Vec<CommentedOperation>),
    /// None, and why.
    Irreversible(String),
}

impl MigrationFile {
    /// A file without operations.
    pub fn empty(id: impl Into<String>, message: impl Into<String>, created: Timestamp) -> Self {
        Self {
            id: id.into(),
            revises: Vec::new(),
            depends_on: Vec::new(),
            branch_labels: Vec::new(),
            replaces: Vec::new(),
            message: message.into(),
            body: Vec::new(),
            created,
            upgrade: Vec::new(),
            downgrade: Downgrade::Operations(Vec::new()),
            outside_transaction: false,
            downgrade_while: None,
            runtime: "migrate_runtime".to_owned(),
            generated: false,
            style: FileStyle::default(),
            items: String::new(),
        }
    }

    /// How many operations it has, both ways counted.
    pub fn operations(&self) -> usize {
        let down = match &self.downgrade {
            Downgrade::Operations(steps) => steps.len(),
            Downgrade::Irreversible(_) => 0,
        };
        self.upgrade.len() + down
    }

    /// Whether the way up destroys anything.
    pub fn is_destructive(&self) -> bool {
        self.upgrade.iter().any(|step| step.destroys.is_some())
    }

    /// The text of the file, in our own layout, which is rustfmt's with its default settings.
    pub fn render(&self) -> String {
        let Self {
            id,
            revises,
            depends_on,
            branch_labels,
            replaces,
            message: _,
            body: _,
            created: _,
            upgrade,
            downgrade,
            outside_transaction,
            downgrade_while: _,
            runtime,
            generated,
            style: _,
            items,
        } = self;
        let mut expr = Expr::call("Migration::new", [Expr::text(id)])
            .method("revises", [Expr::texts(revises)]);
        if !depends_on.is_empty() {
            expr = expr.method("depends_on", [Expr::texts(depends_on)]);
        }
        if !branch_labels.is_empty() {
            expr = expr.method("branch_labels", [Expr::texts(branch_labels)]);
        }
        if !replaces.is_empty() {
            expr = expr.method("replaces", [Expr::texts(replaces)]);
        }
        expr = expr
            .method_if(*outside_transaction, "outside_transaction")
            .method("upgrade", [operations(upgrade)]);
        expr = match downgrade {
            Downgrade::Operations(steps) => expr.method("downgrade", [operations(steps)]),
            Downgrade::Irreversible(why) => expr.method("irreversible", [Expr::text(why)]),
        };
        let declaration = "pub const MIGRATION: Migration = ";
        let separator = if items.is_empty() { "" } else { "\n" };
        let code = format!(
            "\nuse {runtime}::migration::*;\n\n{declaration}{};\n{separator}{items}",
            expr.layout(0, declaration.len(), 1),
        );
        let mut header = self.header();
        if *generated {
            header.push(seal::line(&code));
        }
        let doc = |line: String| format!("//! {line}").trim_end().to_owned() + "\n";
        let header: String = header.into_iter().map(doc).collect();
        header + &code
    }

    /// [`Self::render`], put through rustfmt where there is one, with the `rustfmt.toml` that holds
    /// for that directory.
    pub fn formatted(&self, directory: &Path) -> String {
        let text = self.render();
        rustfmt(&text, directory).unwrap_or(text)
    }

    fn header(&self) -> Vec<String> {
        let mut lines = literal::comment_lines(self.message.trim());
        if lines.is_empty() {
            lines.push("(no message)".to_owned());
        }
        for paragraph in &self.body {
            lines.push(String::new());
            lines.extend(literal::comment_lines(paragraph.trim()));
        }
        let list = |ids: &[String]| match ids {
            [] => "nothing".to_owned(),
            ids => ids.join(", "),
        };
        lines.push(String::new());
        lines.push(format!("Revision: {}", self.id));
        lines.push(format!("Revises:  {}", list(&self.revises)));
        lines.push(format!("Created:  {}", self.created.describe()));
        lines.push(format!(
            "Destructive: {}. Reversible: {}.",
            self.destructive(),
            self.reversible()
        ));
        lines
    }

    /// Whether the upgrade runs what only its author can read.
    fn is_opaque(&self) -> bool {
        self.upgrade.iter().any(|step| {
            matches!(
                step.operation,
                Operation::Sql { .. } | Operation::Run { .. }
            )
        })
    }

    fn destructive(&self) -> &'static str {
        match (self.is_destructive(), self.is_opaque()) {
            (true, _) => "yes",
            (false, true) => "for you to say",
            (false, false) => "no",
        }
    }

    /// What the way down restores.
    fn reversible(&self) -> String {
        if matches!(self.downgrade, Downgrade::Irreversible(_)) {
            return "no".to_owned();
        }
        if self.is_opaque() {
            return "for you to say".to_owned();
        }
        match (self.is_destructive(), self.downgrade_while) {
            (false, None) => "yes".to_owned(),
            (false, Some(condition)) => format!("yes, while {condition}"),
            (true, None) => "the schema, not the values".to_owned(),
            (true, Some(condition)) => {
                format!("the schema, not the values, and only while {condition}")
            }
        }
    }
}

fn operations(steps: &[CommentedOperation]) -> Expr {
    operation::slice(steps.iter().map(|step| {
        let CommentedOperation {
            operation,
            destroys,
            comments,
            included_from,
            function,
        } = step;
        let mut lines: Vec<String> = Vec::new();
        if let Some(what) = destroys {
            lines.extend(literal::comment_lines(&format!("DESTRUCTIVE: {what}")));
        }
        lines.extend(
            comments
                .iter()
                .flat_map(|text| literal::comment_lines(text)),
        );
        let written = included_from.as_deref().or(function.as_deref());
        (operation, lines, written)
    }))
}

/// The text as the `rustfmt` on the path writes it; `None` where there is none or it fails.
fn rustfmt(text: &str, directory: &Path) -> Option<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout", "--quiet"])
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // A migration is far smaller than a pipe's buffer would have to be for this to block: rustfmt
    // reads all of its input before it writes.
    let written = child.stdin.take()?.write_all(text.as_bytes());
    let output = child.wait_with_output().ok()?;
    let formatted = String::from_utf8(output.stdout).ok()?;
    (written.is_ok() && output.status.success() && !formatted.trim().is_empty())
        .then_some(formatted)
}
