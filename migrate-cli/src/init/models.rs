//! The structs that `init` makes models: planned as edits of the user's files, and told of.
//!
//! A model that is listed must agree with the migrations, and there is none yet. So they say `unlisted`,
//! which keeps the package compiling, until the user lists them to write the first revision.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use migrate_runtime::Error;
use migrate_runtime::cli::ui::Ui;
use migrate_runtime::schema::Backend;

use super::candidates::{self, Candidates};
use super::edit::{self, Additions};
use super::plan::Plan;
use super::situation::Situation;
use super::source;
use super::types::Known;

/// What `init` has to do with models.
#[derive(Debug)]
pub(super) enum Models {
    /// There is a `schema!` already: which structs are models has been decided.
    Settled,
    /// The structs for tables.
    Found(Candidates),
}

impl Models {
    /// Plans to derive `Model` where that compiles, once: when the package gets its `schema!`.
    pub(super) fn plan(situation: &Situation, plan: &mut Plan) -> Result<Self, Error> {
        let root = &situation.source;
        let text = plan.text(root)?.unwrap_or_default();
        if source::declares_schema(root, &text)? {
            return Ok(Self::Settled);
        }
        let known = Known {
            features: situation.type_features(),
            has_sqlite: situation.databases.has(Backend::Sqlite),
            has_postgres: situation.databases.has(Backend::Postgres),
        };
        let runtime = situation.library_or_crate();
        let renamed = (runtime != source::USUAL_NAME).then_some(runtime.as_str());
        let found = candidates::find(root, &known, renamed);
        let mut files: BTreeMap<&PathBuf, Vec<&Additions>> = BTreeMap::new();
        for model in &found.models {
            files.entry(&model.file).or_default().push(&model.additions);
        }
        for (file, additions) in files {
            let text = plan.text(file)?.unwrap_or_default();
            let derive = format!("{runtime}::Model");
            plan.set(file, edit::apply(&text, &additions, &derive))?;
        }
        Ok(Self::Found(found))
    }

    /// The structs that are made models, as `schema!` lists them.
    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            Self::Settled => Vec::new(),
            Self::Found(found) => found.models.iter().map(|it| it.path.as_str()).collect(),
        }
    }
}

/// Tells how the structs become models of the schema.
pub(super) fn advise(found: &Candidates, source: &str, cwd: &Path, ui: Ui) {
    let Candidates { models, others } = found;
    if !others.is_empty() {
        ui.status(
            "kept",
            "structs with a table that do not compile as models as they are:",
        );
    }
    for (candidate, obstacle) in others {
        let place = super::shown(&candidate.file, cwd);
        let name = &candidate.name;
        ui.note(&format!("            {place}  {name}: {obstacle}"));
    }
    let paths =
        |candidates: &mut dyn Iterator<Item = &str>| candidates.collect::<Vec<_>>().join(", ");
    if models.is_empty() {
        ui.status("next", "mend one of them, derive `Model`, and list it:");
        let paths = paths(&mut others.iter().map(|(it, _)| it.path.as_str()));
        ui.note(&format!("            models = [{paths}]      in {source}"));
    } else {
        ui.status(
            "next",
            "list the models, and delete the word `unlisted` at each:",
        );
        let paths = paths(&mut models.iter().map(|it| it.path.as_str()));
        ui.note(&format!("            models = [{paths}]      in {source}"));
    }
    ui.note(
        "            your `table!` declarations stay as they are, and so does the database; then",
    );
}
