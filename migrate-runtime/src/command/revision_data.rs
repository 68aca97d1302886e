//! `revision --data`: a migration that changes rows, in Rust, with the tables as they are now.

use super::check::fold;
use super::dependencies::needed;
use super::plan_files::empty_file;
use super::revision::{NewRevision, RevisionRequest};
use super::revision_file::new_id;
use super::subjects::Subjects;
use crate::dialect::dialect;
use crate::model::SchemaDef;
use crate::operation::Operation;
use crate::runner::{Chains, RunError};
use crate::schema::{Backend, Schema, TableName};
use crate::source::{Locations, name, scan_directory, tables_module};
use crate::{Error, ErrorKind, Explain};

/// Why no data migration is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A table was asked for that the chain does not make.
    #[error("no migration makes the table {table}")]
    NoTable {
        /// The table.
        table: TableName,
        /// The tables there are.
        known: Vec<TableName>,
    },
}

impl Explain for DataError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Usage
    }

    fn hints(&self) -> Vec<String> {
        let Self::NoTable { table: _, known } = self;
        let known: Vec<String> = known.iter().map(ToString::to_string).collect();
        match known.as_slice() {
            [] => vec![
                "write the revision that makes it first: cargo migrate revision --autogenerate"
                    .to_owned(),
            ],
            known => vec![format!("there are {}", known.join(", "))],
        }
    }
}

/// Writes a revision with one `run` step, its function, and a `table!` for each table that the chain makes
/// (`only` these, where there are any). No database is looked at; `backend` is what the function expects.
///
/// # Errors
/// [`DataError`], if there is more than one head, or the directory cannot be read or written.
pub fn revision_data(
    locations: &Locations,
    schema: &SchemaDef,
    backend: Backend,
    only: &[TableName],
    request: &RevisionRequest,
) -> Result<NewRevision, Error> {
    let chains = Chains::new(schema).map_err(RunError::from)?;
    let parents = request.placement.parents(chains.own().graph())?;
    let chain = fold(chains.order())?;
    if let Some(table) = only.iter().find(|table| chain.table(table).is_none()) {
        let known = chain.tables.keys().cloned().collect();
        let table = table.clone();
        return Err(DataError::NoTable { table, known }.into());
    }
    let migrations = scan_directory(locations)?;
    let id = new_id(&migrations, request.id.as_deref(), request.at)?;
    let mut file = empty_file(request, id, &[]);
    let subjects = Subjects::of_tables(only);
    file.depends_on = request.depending(needed(&chains, &parents, &request.depends_on, &subjects));
    request.placement.put(&mut file, parents)?;
    let step = step_name(&file.message);
    file.items = function(&name::identifier(&step), &chain, backend, only);
    file.items.push('\n');
    let dialect = dialect(backend).map_err(RunError::from)?;
    file.items
        .push_str(&tables_module(&chain, dialect, only, &request.runtime));
    let run = Operation::Run {
        name: step,
        changes: Vec::new(),
    };
    file.upgrade = vec![run.into()];
    let new = NewRevision::planned(locations, &migrations, file, request)?;
    new.write(locations, &migrations, request.dry_run)
}

/// The name of the step, and of its function: the words of the message.
fn step_name(message: &str) -> String {
    match name::slug(message).as_str() {
        // What the file calls itself.
        "" | "run" => "change_rows".to_owned(),
        words => words.to_owned(),
    }
}

fn function(ident: &str, chain: &Schema, backend: Backend, only: &[TableName]) -> String {
    let table = only.first().or_else(|| chain.tables.keys().next());
    let example = table.map_or_else(|| "table".to_owned(), |table| table.name.to_string());
    let example = name::identifier(&example);
    format!(
        "/// Runs inside the transaction of this revision. Once it is applied somewhere it stays as it is.\n\
         fn {ident}(conn: &mut RunConnection<'_>) -> RunResult {{\n    \
             // use diesel::prelude::*;\n    \
             // use tables::{example};\n    \
             // let conn = conn.{backend}()?;\n    \
             // diesel::update({example}::table.filter(…)).set(…).execute(conn)?;\n    \
             let _ = conn;\n    \
             Ok(())\n\
         }}\n"
    )
}
