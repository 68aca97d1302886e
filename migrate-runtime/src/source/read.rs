//! Reads migration files without compiling them: what graph commands need, and where it stands.

use super::SourceError;
use super::error::Place;
use super::head::{conflict_marker, file_text};
use super::locations::Locations;
use super::scan::scan;
use crate::graph::{Graph, GraphError, Revision};
use proc_macro2::Span;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use syn::spanned::Spanned;

/// What a migration file says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadMigration {
    /// Id, parents, dependencies, labels.
    pub revision: Revision,
    /// The first line of the header.
    pub message: String,
    /// The paragraphs between it and the ids.
    pub body: Vec<String>,
    /// When it was made, as the header says.
    pub created: Option<String>,
    /// Whether the header says that it destroys something.
    pub is_destructive: bool,
    /// Why there is no way back, where it says so.
    pub irreversible: Option<String>,
    /// Whether it has a `downgrade`.
    pub has_downgrade: bool,
    /// The file.
    pub path: PathBuf,
    /// The line of the constant.
    pub line: usize,
}

impl ReadMigration {
    /// The id.
    pub fn id(&self) -> &str {
        &self.revision.id
    }
}

/// All migrations of a chain.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// The migrations, by id.
    pub migrations: BTreeMap<String, ReadMigration>,
}

impl Directory {
    /// Their map.
    pub fn graph(&self) -> Result<Graph, GraphError> {
        self.graph_for(&[])
    }

    /// Their map for a database with these version rows.
    pub fn graph_for(&self, rows: &[String]) -> Result<Graph, GraphError> {
        let revisions = (self.migrations.values()).map(|migration| migration.revision.clone());
        Graph::for_rows(revisions, rows.iter().map(String::as_str))
    }

    /// The migration of that id.
    pub fn get(&self, id: &str) -> Option<&ReadMigration> {
        self.migrations.get(id)
    }
}

/// Reads all migrations, each parsed in full: for commands that write.
pub fn read_directory(locations: &Locations) -> Result<Directory, SourceError> {
    collect(locations, read_text)
}

/// Reads all migrations, quickly where a file has the usual shape: for commands that
/// only look. A mistake inside an operation goes unnoticed; the compiler will notice.
pub fn scan_directory(locations: &Locations) -> Result<Directory, SourceError> {
    collect(locations, |path, text| {
        refuse_conflict(path, text)?;
        match scan(path, text) {
            Some(migration) => check_stem(&migration).map(|()| migration),
            None => read_text(path, text),
        }
    })
}

fn collect(
    locations: &Locations,
    read: impl Fn(&Path, &str) -> Result<ReadMigration, SourceError>,
) -> Result<Directory, SourceError> {
    let mut migrations: BTreeMap<String, ReadMigration> = BTreeMap::new();
    for path in locations.files()? {
        let migration = read(&path, &file_text(&path)?)?;
        let id = migration.id().to_owned();
        if let Some(first) = migrations.get(&id) {
            return Err(SourceError::Duplicate {
                id,
                first: first.path.clone(),
                second: path,
            });
        }
        migrations.insert(id, migration);
    }
    Ok(Directory { migrations })
}

fn refuse_conflict(path: &Path, text: &str) -> Result<(), SourceError> {
    let Some(line) = conflict_marker(text) else {
        return Ok(());
    };
    let place = Place {
        path: path.to_owned(),
        line,
        column: 1,
    };
    Err(SourceError::Conflict { place })
}

/// Reads one migration.
pub fn read_file(path: &Path) -> Result<ReadMigration, SourceError> {
    read_text(path, &file_text(path)?)
}

/// Reads one migration from its text; `path` is for its name and for messages.
pub fn read_text(path: &Path, text: &str) -> Result<ReadMigration, SourceError> {
    refuse_conflict(path, text)?;
    let file = syn::parse_file(text).map_err(|error| SourceError::Syntax {
        place: place(path, error.span()),
        message: said_better(error.to_string()),
    })?;
    let constant = file.items.iter().find_map(|item| match item {
        syn::Item::Const(constant) if constant.ident == "MIGRATION" => Some(constant),
        _ => None,
    });
    let constant = constant.ok_or_else(|| SourceError::NoMigration {
        path: path.to_owned(),
    })?;

    let lines: Vec<String> = file.attrs.iter().filter_map(doc_line).collect();
    let header = Header::of(lines.iter().map(String::as_str));
    let mut migration = ReadMigration {
        revision: Revision::default(),
        message: header.message,
        body: header.body,
        created: header.created,
        is_destructive: header.is_destructive,
        irreversible: None,
        has_downgrade: false,
        path: path.to_owned(),
        line: constant.ident.span().start().line,
    };
    read_expression(&constant.expr, path, &mut migration)?;
    check_stem(&migration)?;
    Ok(migration)
}

/// The lexer says no more than that it is none of its tokens.
pub fn said_better(message: String) -> String {
    if message == "cannot parse string into token stream" {
        return "a bracket or a quote has no other side".to_owned();
    }
    message
}

pub(super) fn place(path: &Path, span: Span) -> Place {
    let start = span.start();
    Place {
        path: path.to_owned(),
        line: start.line,
        column: start.column + 1,
    }
}

/// Reads `Migration::new("…").revises(&[…])…`, from the last method to the first.
fn read_expression(
    expr: &syn::Expr,
    path: &Path,
    migration: &mut ReadMigration,
) -> Result<(), SourceError> {
    match expr {
        syn::Expr::MethodCall(call) => {
            read_expression(&call.receiver, path, migration)?;
            read_method(call, path, migration)
        }
        syn::Expr::Paren(inner) => read_expression(&inner.expr, path, migration),
        syn::Expr::Call(call) if is_new(&call.func) => {
            let argument = call.args.first();
            let literal = argument.and_then(string);
            migration.revision.id = literal.ok_or_else(|| SourceError::Id {
                place: place(path, argument.map_or_else(|| call.span(), Spanned::span)),
                why: "`Migration::new` takes a string literal".to_owned(),
            })?;
            Ok(())
        }
        other => Err(SourceError::Id {
            place: place(path, other.span()),
            why: "the constant does not begin with `Migration::new(\"…\")`".to_owned(),
        }),
    }
}

fn is_new(function: &syn::Expr) -> bool {
    let syn::Expr::Path(function) = function else {
        return false;
    };
    let mut segments = function.path.segments.iter().rev();
    segments.next().is_some_and(|last| last.ident == "new")
        && segments
            .next()
            .is_some_and(|before| before.ident == "Migration")
}

fn read_method(
    call: &syn::ExprMethodCall,
    path: &Path,
    migration: &mut ReadMigration,
) -> Result<(), SourceError> {
    let method = call.method.to_string();
    let argument = call.args.first();
    let wrong = |why: &'static str| SourceError::Method {
        place: place(
            path,
            argument.map_or_else(|| call.method.span(), Spanned::span),
        ),
        method: method.clone(),
        why,
    };
    let list = || {
        let list = argument.and_then(strings);
        list.ok_or_else(|| wrong("takes a slice of string literals: `&[\"…\"]`"))
    };
    match method.as_str() {
        "revises" => migration.revision.parents = list()?,
        "depends_on" => migration.revision.depends_on = list()?,
        "branch_labels" => migration.revision.branch_labels = list()?,
        "replaces" => migration.revision.replaces = list()?,
        "irreversible" => {
            let reason = argument.and_then(string);
            migration.irreversible = Some(reason.ok_or_else(|| wrong("takes a string literal"))?);
        }
        "downgrade" => migration.has_downgrade = true,
        _ => {}
    }
    Ok(())
}

fn string(expr: &syn::Expr) -> Option<String> {
    match expr {
        syn::Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn strings(expr: &syn::Expr) -> Option<Vec<String>> {
    match expr {
        syn::Expr::Reference(reference) => strings(&reference.expr),
        syn::Expr::Array(array) => array.elems.iter().map(string).collect(),
        _ => None,
    }
}

/// The file's stem is the id, or the id, `_` and words.
fn check_stem(migration: &ReadMigration) -> Result<(), SourceError> {
    let path = &migration.path;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let rest = stem.strip_prefix(migration.id());
    if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_')) {
        return Ok(());
    }
    Err(SourceError::Stem {
        path: path.clone(),
        id: migration.id().to_owned(),
    })
}

/// The `//!` lines at the top.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) message: String,
    pub(super) body: Vec<String>,
    pub(super) created: Option<String>,
    pub(super) is_destructive: bool,
}

impl Header {
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut lines: Vec<&str> = lines.map(str::trim).collect();
        let mut header = Self::default();
        // The ids are the last paragraph; a message may well speak of a `Revision:` before it.
        if let Some(ids) = lines.iter().rposition(|line| line.starts_with("Revision:")) {
            for line in lines.split_off(ids) {
                if let Some(created) = line.strip_prefix("Created:") {
                    header.created = Some(created.trim().to_owned());
                }
                header.is_destructive |= line.starts_with("Destructive: yes");
            }
        }
        let mut paragraphs = lines
            .split(|line| line.is_empty())
            .filter(|paragraph| !paragraph.is_empty());
        if let Some([message, rest @ ..]) = paragraphs.next() {
            (*message).clone_into(&mut header.message);
            if !rest.is_empty() {
                header.body.push(rest.join("\n"));
            }
        }
        header
            .body
            .extend(paragraphs.map(|paragraph| paragraph.join("\n")));
        header
    }
}

fn doc_line(attribute: &syn::Attribute) -> Option<String> {
    match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => string(&pair.value),
        _ => None,
    }
}
