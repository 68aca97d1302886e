//! Why there is no plan.

use super::Drift;
use crate::diff::RenameError;
use crate::operation::ApplyError;
use crate::schema::Backend;
use crate::{ErrorKind, Explain};

/// Why a revision cannot be planned. Nothing has been written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// It is not known what was renamed, or a flag about it fits nothing.
    #[error(transparent)]
    Rename(#[from] RenameError),
    /// The database differs from the chain in a way that would make the revision wrong. The list has
    /// what does not block too.
    #[error("the database is not what the chain says it is: {}", blocking(.0))]
    Drift(Vec<Drift>),
    /// Required columns without a value, on tables with rows.
    #[error("{}", required(.0))]
    RequiredColumns(Vec<String>),
    /// Columns that become required and are NULL in rows that exist.
    #[error("{} NOT NULL, and the database has rows where {} NULL", becoming(.0), if .0.len() > 1 { "they are" } else { "it is" })]
    WithoutValue(Vec<String>),
    /// A flag that fits nothing.
    #[error("--{flag} {value}: {problem}")]
    Flag {
        /// The flag's name.
        flag: &'static str,
        /// What was given.
        value: String,
        /// What is wrong with it.
        problem: String,
    },
    /// `--concurrently` on a database that has no such statement.
    #[error("{0} cannot make an index while others write: --concurrently is for PostgreSQL")]
    NotConcurrent(Backend),
    /// What the application made of the operations leads elsewhere.
    #[error("the rewritten operations do not lead to what the models say: {0}")]
    Rewritten(String),
    /// The SQL of the models reads columns that their tables have no more.
    #[error("the models name columns that are gone: {}", .0.join("; "))]
    ColumnsNamed(Vec<String>),
    /// The SQL of the models has former names of values, and the database gives them the new ones by itself.
    #[error("the models name values that are gone: {}", .0.join("; "))]
    ValuesNamed(Vec<String>),
    /// The models contradict themselves.
    #[error("the models do not fit together: {0}")]
    Models(ApplyError),
    /// A name longer than the database keeps.
    #[error("the name {name} has {length} bytes, and {backend} keeps {longest}", length = name.len())]
    NameTooLong {
        /// The name.
        name: String,
        /// The database.
        backend: Backend,
        /// How many bytes it keeps.
        longest: usize,
    },
    /// The plan does not do what it should: a bug of ours.
    #[error("the operations found do not lead from the chain to the models and back: {problem}")]
    Internal {
        /// Where it goes wrong.
        problem: String,
    },
}

impl PlanError {
    pub(super) fn flag(flag: &'static str, value: &str, problem: impl Into<String>) -> Self {
        Self::Flag {
            flag,
            value: value.to_owned(),
            problem: problem.into(),
        }
    }

    pub(super) fn internal(problem: &impl ToString) -> Self {
        Self::Internal {
            problem: problem.to_string(),
        }
    }
}

fn blocking(drift: &[Drift]) -> String {
    let texts: Vec<&str> = (drift.iter())
        .filter(|drift| drift.blocking)
        .map(|drift| drift.description.as_str())
        .collect();
    texts.join("; ")
}

fn required(columns: &[String]) -> String {
    let many = columns.len() > 1;
    format!(
        "{} NOT NULL without a default, and the {} rows",
        if many {
            format!("{} are", columns.join(", "))
        } else {
            format!("{} is", columns.join(""))
        },
        if many { "tables have" } else { "table has" },
    )
}

fn becoming(columns: &[String]) -> String {
    let verb = if columns.len() > 1 {
        "become"
    } else {
        "becomes"
    };
    format!("{} {verb}", columns.join(", "))
}

impl Explain for PlanError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Rename(error) => error.kind(),
            Self::Drift(_) => ErrorKind::Drift,
            Self::RequiredColumns(_)
            | Self::WithoutValue(_)
            | Self::Flag { .. }
            | Self::NotConcurrent(_) => ErrorKind::Usage,
            Self::Models(_)
            | Self::NameTooLong { .. }
            | Self::Rewritten(_)
            | Self::ColumnsNamed(_)
            | Self::ValuesNamed(_) => ErrorKind::Config,
            Self::Internal { .. } => ErrorKind::Internal,
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Rename(error) => error.hints(),
            Self::Drift(drift) => {
                let mut hints: Vec<String> = (drift.iter())
                    .filter(|drift| drift.blocking)
                    .filter_map(|drift| drift.hint.clone())
                    .collect();
                hints.dedup();
                hints.push("go on all the same with --ignore-drift".to_owned());
                hints
            }
            Self::RequiredColumns(columns) => {
                let column = columns.first().map_or("table.column", String::as_str);
                vec![
                    "give the field a default: #[model(default = …)]".to_owned(),
                    format!(
                        "fill the rows that exist: --fill \"{column}='…'\" (an SQL expression)"
                    ),
                    "make the field an Option".to_owned(),
                ]
            }
            Self::WithoutValue(columns) => {
                let column = columns.first().map_or("table.column", String::as_str);
                vec![
                    format!("fill those rows: --fill \"{column}='…'\" (an SQL expression)"),
                    "or keep the field an Option".to_owned(),
                ]
            }
            Self::ColumnsNamed(_) => vec![
                "write the columns of today in the model's SQL; nothing was written".to_owned(),
            ],
            Self::ValuesNamed(_) => vec![
                "write the new value in the model's SQL; nothing was written".to_owned(),
                "where it is text that a column of another type is compared with, write that column before it"
                    .to_owned(),
            ],
            Self::Models(error) => error.hints(),
            Self::NameTooLong { .. } => vec!["give it a shorter name in the model".to_owned()],
            Self::Internal { .. } => vec![
                "nothing was written; please report it with the models and the last revision"
                    .to_owned(),
            ],
            Self::Flag { flag: "adopt", .. } => vec![
                "what the database has: cargo migrate models --from-database".to_owned(),
                "make the model like that, adopt it, and change the model in the revision after"
                    .to_owned(),
                "or change the database to what the model says, and adopt it then".to_owned(),
            ],
            Self::NotConcurrent(_) => vec![
                "leave it out: the index is made inside the transaction of the revision".to_owned(),
            ],
            Self::Rewritten(_) => vec![
                "the function that rewrites may add steps and modifiers; what it leaves out, the models have to leave out".to_owned(),
            ],
            Self::Flag { .. } => Vec::new(),
        }
    }
}
