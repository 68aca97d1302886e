//! Arguments of the commands that write files.

use std::path::PathBuf;

use clap::Args;

/// Arguments of `init`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate init              migrations in `migrations/`
  cargo migrate init db/changes   another directory
  cargo migrate init --dry-run    show the changes, make none
  cargo migrate init --database-url postgres://localhost/shop
                                  for PostgreSQL, if diesel does not say so already")]
pub struct InitArgs {
    /// The directory of the migrations [default: `migrations`, or `revisions` beside diesel's].
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,

    /// Show the changes and write nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `revision`.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = "\
Examples:
  cargo migrate revision --autogenerate -m \"add bio to users\"
  cargo migrate revision --autogenerate --dry-run
  cargo migrate revision --autogenerate --sql     the SQL that it would run
  cargo migrate revision --autogenerate --rename users.name:full_name
  cargo migrate revision --autogenerate --fill users.status=\"'active'\"
  cargo migrate revision --autogenerate --concurrently    on PostgreSQL
  cargo migrate revision --amend                  the head again, after another change
  cargo migrate revision --data -m \"split names\"  a function on the rows, in Rust
  cargo migrate revision -m \"move old orders\"     an empty one, to be written by hand
  cargo migrate revision -m \"billing\" --head base --branch-label billing
                                                the first of a branch of its own
  cargo migrate revision -m \"invoices\" --head billing@head
                                                the next of that branch")]
pub struct RevisionArgs {
    /// What it is for; the first is the title, each further one a paragraph. Made from the operations
    /// when absent.
    #[arg(short, long, value_name = "TEXT")]
    pub message: Vec<String>,

    /// Write the operations that lead from the chain to the models; compares the database first.
    #[arg(long)]
    pub autogenerate: bool,

    /// As --autogenerate, without looking at a database.
    #[arg(long)]
    pub from_chain: bool,

    /// Write the head anew from the models, while nobody else has it: downgrade, regenerate, upgrade.
    /// With --from-chain the file only.
    #[arg(long, conflicts_with_all = ["rev_id", "only"])]
    pub amend: bool,

    /// Write a function that changes rows, and the tables for diesel's query builder as they are now.
    #[arg(long, conflicts_with_all = ["autogenerate", "from_chain", "amend"])]
    pub data: bool,

    /// With --amend: do not ask before rows are destroyed.
    #[arg(short, long, requires = "amend")]
    pub yes: bool,

    /// Only these tables.
    #[arg(long, value_name = "TABLE", value_delimiter = ',')]
    pub only: Vec<String>,

    /// The revision id, instead of the time.
    #[arg(long, value_name = "ID")]
    pub rev_id: Option<String>,

    /// The head that it follows, where there are several: a revision, `billing@head`, or `base` for none. With --amend
    /// the one that is written anew.
    #[arg(long, value_name = "REV")]
    pub head: Option<String>,

    /// Let --head name a revision that others follow already: a branch begins there.
    #[arg(long, requires = "head", conflicts_with = "amend")]
    pub splice: bool,

    /// A name for the branch that begins with it, for targets such as `billing@head`.
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        conflicts_with = "amend"
    )]
    pub branch_label: Vec<String>,

    /// A revision of another branch or of a library's chain (`chain@id`) that must be applied first.
    #[arg(
        long,
        value_name = "REV",
        value_delimiter = ',',
        conflicts_with = "amend"
    )]
    pub depends_on: Vec<String>,

    /// Where the file goes, where the migrations are in several directories [default: where the revision is that it
    /// follows, else the first].
    #[arg(long, value_name = "DIR", conflicts_with = "amend")]
    pub version_path: Option<PathBuf>,

    /// Print the revision and write nothing.
    #[arg(long)]
    pub dry_run: bool,

    /// Print the SQL of the operations for the kind of database in use, without bookkeeping, and write nothing.
    #[arg(long, conflicts_with_all = ["amend", "data"])]
    pub sql: bool,

    /// Record objects that the database has already.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub adopt: Vec<String>,

    /// Go on although the database differs from the chain.
    #[arg(long)]
    pub ignore_drift: bool,

    /// A rename: `table.column:new_name`, `table:new_name`, or `enum_type:new_name`.
    #[arg(long, value_name = "FROM:TO")]
    pub rename: Vec<String>,

    /// A real drop, not a rename: `table.column`, or `table`.
    #[arg(long, value_name = "NAME")]
    pub drop: Vec<String>,

    /// Indexes of tables that are there already follow in a revision of their own, outside a transaction, so
    /// that others can write meanwhile (PostgreSQL).
    #[arg(long, conflicts_with = "amend")]
    pub concurrently: bool,

    /// The value of existing rows for a new NOT NULL column: `table.column=SQL`.
    #[arg(long, value_name = "COLUMN=SQL")]
    pub fill: Vec<String>,
}

/// Arguments of `merge`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate merge                    join all heads
  cargo migrate merge -m \"join billing\"
  cargo migrate merge 20260124 20260125 --branch-label shop")]
pub struct MergeArgs {
    /// The heads to join [default: all].
    #[arg(value_name = "REV")]
    pub revisions: Vec<String>,

    /// Join revisions that others follow already, too.
    #[arg(long, requires = "revisions")]
    pub splice: bool,

    /// What it is for.
    #[arg(short, long, value_name = "TEXT")]
    pub message: Option<String>,

    /// A name for the branch that begins with it.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub branch_label: Vec<String>,

    /// The revision id, instead of the time.
    #[arg(long, value_name = "ID")]
    pub rev_id: Option<String>,
}

/// Arguments of `rebase`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
For a branch of which nothing was released: its revisions get new ids and the other head as their parent, HEAD
names one head again. Once others have applied it, join the heads by `merge`.

Examples:
  cargo migrate rebase 20260125                     behind the other head
  cargo migrate rebase 20260125 --onto 20260124")]
pub struct RebaseArgs {
    /// The head that moves, with the revisions that lead to it only.
    #[arg(value_name = "REV")]
    pub revision: Option<String>,

    /// What it goes behind [default: the other head].
    #[arg(long, value_name = "REV")]
    pub onto: Option<String>,
}

/// Arguments of `squash`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
The new revision makes what the range makes, in fewer steps. SQL, functions and what is done to tables that were there
before stay as they are. The old files stay, too: a database in the middle of the range goes on in them, one that
has all of it counts as having the new revision. Once no database is in the middle, --prune deletes them.

Examples:
  cargo migrate squash base:20260125             everything up to a revision
  cargo migrate squash 20260122:20260125         a part in the middle
  cargo migrate squash base:20260125 --dry-run   print the revision and write nothing
  cargo migrate squash --prune 20260201          delete the files of what it replaces")]
pub struct SquashArgs {
    /// The first and the last revision: `FROM:TO`; `base` for the first of all.
    #[arg(value_name = "FROM:TO", required_unless_present = "prune")]
    pub range: Option<String>,

    /// What it is for.
    #[arg(short, long, value_name = "TEXT")]
    pub message: Option<String>,

    /// The revision id, instead of the time.
    #[arg(long, value_name = "ID")]
    pub rev_id: Option<String>,

    /// Print the revision and write nothing.
    #[arg(long)]
    pub dry_run: bool,

    /// Delete the files of what this revision replaces; a database in the middle of them is refused from then on.
    #[arg(long, value_name = "REV", conflicts_with_all = ["range", "message", "rev_id", "dry_run"])]
    pub prune: Option<String>,
}

/// Arguments of `adopt`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
For a chain without revisions. Understood are directories of diesel, of sqlx, of refinery, and plain SQL files in the
order of their numbers. Each migration becomes a revision that includes its SQL file, so the files stay where
they are. What the other tool has recorded in the database is recorded for us.

Examples:
  cargo migrate adopt migrations             what is there in the SQL of another tool
  cargo migrate adopt migrations --dry-run   print the revisions and write nothing")]
pub struct AdoptArgs {
    /// The directory of the SQL migrations.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,

    /// Print the revisions and write nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `edit`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
The editor is that of `VISUAL`, else of `EDITOR`. Of a revision that the database has there is a warning.

Examples:
  cargo migrate edit            the head
  cargo migrate edit 20260125   by the beginning of its id
  cargo migrate edit current    where the database is")]
pub struct EditArgs {
    /// The revision, `head`, `current`, or `-N` from the head.
    #[arg(
        value_name = "REV",
        default_value = "head",
        allow_negative_numbers = true
    )]
    pub revision: String,
}

/// Arguments of `models`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  cargo migrate models --from-database                      print structs for all tables
  cargo migrate models --from-database users orders         for these
  cargo migrate models --from-database -o src/models.rs     into a new file
  cargo migrate models --from-database --adopt              the baseline revision, once they are models")]
pub struct ModelsArgs {
    /// Read the tables from the database.
    #[arg(long, required = true)]
    pub from_database: bool,

    /// Only these tables.
    #[arg(value_name = "TABLE")]
    pub tables: Vec<String>,

    /// Write them into this file, which must not exist or be empty.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Instead write the baseline revision of the models that are in `schema!` already, and record it
    /// in the database; nothing that is there is created or changed.
    #[arg(long, conflicts_with_all = ["tables", "output"])]
    pub adopt: bool,
}
