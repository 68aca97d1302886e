//! Procedural macros of `migrate`. Use them through `migrate-runtime`, which re-exports them.
#![deny(missing_docs)]

mod ast;
mod attr;
mod check;
mod ctxt;
mod discover;
mod expand;
mod fallback;
mod names;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct the owner of a table: writes its definition, and `diesel::table!` where wanted.
#[doc = include_str!("../docs/model.md")]
#[proc_macro_derive(Model, attributes(model, diesel))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    expand::model(&parse_macro_input!(input as DeriveInput)).into()
}

/// Lets a newtype be the type of a column: it is stored as what it wraps.
///
/// ```
/// # use migrate_runtime::ColumnType;
/// #[derive(Debug, Clone, PartialEq, ColumnType)]
/// pub struct Email(String);
/// ```
///
/// The struct has one field, and any number of `PhantomData` beside it, so that a key may say whose it is:
///
/// ```
/// # use migrate_runtime::ColumnType;
/// # use std::marker::PhantomData;
/// #[derive(Debug, Clone, Copy, PartialEq, Eq, ColumnType)]
/// pub struct Id<T>(i64, PhantomData<T>);
/// ```
///
/// Where the runtime is built with a backend, diesel's traits are implemented as well, with the type alias
/// `EmailSqlType` beside the struct; the diesel type is that of the field, or the one in
/// `#[diesel(sql_type = ..)]` on the struct. A newtype that wraps a parameter, `Secret<T>(T)`, has no one
/// diesel type: a model's field of it says which, `#[diesel(sql_type = Text)]`.
///
/// `#[column_type(crate = path)]` names the runtime crate where it has another name.
#[proc_macro_derive(ColumnType, attributes(column_type, diesel))]
pub fn derive_column_type(input: TokenStream) -> TokenStream {
    expand::column_type(&parse_macro_input!(input as DeriveInput)).into()
}

/// Lets an enum without data be the type of a column.
///
/// ```
/// # use migrate_runtime::SqlEnum;
/// #[derive(Debug, Clone, Copy, PartialEq, Eq, SqlEnum)]
/// #[sql_enum(name = "order_status", rename_all = "snake_case")]
/// pub enum OrderStatus {
///     Pending,
///     #[sql_enum(value = "paid-in-full")]
///     Paid,
/// }
/// ```
///
/// | key | on | meaning | default |
/// |---|---|---|---|
/// | `name = ".."` | enum | the enum type in the database | the enum's name in snake case |
/// | `rename_all = ".."` | enum | how variants are spelled: `snake_case`, `SCREAMING_SNAKE_CASE`, `kebab-case`, `lowercase`, `UPPERCASE`, `camelCase`, `PascalCase` | `snake_case` |
/// | `crate = path` | enum | the runtime crate, where it has another name | `::migrate_runtime` |
/// | `value = ".."` | variant | its value in the database | by `rename_all` |
///
/// The order of the variants is the order of the values. SQLite keeps them as text with a check.
/// Where the runtime is built with a backend, diesel's traits are implemented as well, with the SQL
/// type `OrderStatusSqlType` beside the enum.
#[proc_macro_derive(SqlEnum, attributes(sql_enum))]
pub fn derive_sql_enum(input: TokenStream) -> TokenStream {
    expand::sql_enum(&parse_macro_input!(input as DeriveInput)).into()
}

/// Declares the models of a crate and the chain of their migrations.
///
/// ```standalone_crate
/// mod models {
///     #[derive(migrate_runtime::Model)]
///     #[model(table = "users")]
///     pub struct User {
///         #[model(auto_increment)]
///         pub id: i64,
///         #[model(unique)]
///         pub email: String,
///     }
/// }
///
/// migrate_runtime::schema! {
///     pub const SCHEMA;
///     models = [models::User],
///     migrations = "docs/migrations",
/// }
///
/// fn main() {
///     assert_eq!(SCHEMA.migrations[0].message, "create users");
/// }
/// ```
///
/// | key | meaning | default |
/// |---|---|---|
/// | `models = [..]` | every `derive(Model)` of the crate, by path | none |
/// | `external = [..]` | models of other crates whose tables this chain makes | none |
/// | `migrations = ".."` | the directory of the migration files, relative to the package; `"migrations/**"` with those below it; of several a list, the first of which has HEAD | `migrations` |
/// | `chain = ".."` | the name of the chain in `__migrate_version` | the package's name |
/// | `include = [..]` | the schemas of libraries whose tables live in the same database | none |
/// | `ignore = [".."]` | what of the database is left out of every comparison: see below | nothing |
/// | `version_table = ".."` | the bookkeeping table, `name` or `schema.name` (the schema exists); the log is `name_log` | `__migrate_version`, `__migrate_log` |
/// | `check = ".."` | `"warn"`: differences of models are warnings, see below; the chain is checked as ever | `"error"` |
/// | `crate = path` | the runtime crate, where it has another name | `::migrate_runtime` |
///
/// It declares the constant, a `SchemaDef`, and one private module for each migration file. It belongs
/// at the top level of a source file. The compiler then compares the models with the chain:
///
/// * a difference is an error at the field;
/// * a chain that is broken is an error at `migrations`: a missing parent, two heads, an id that exists
///   twice, an operation on something that is not there, a `HEAD` that disagrees;
/// * a table that the chain creates and no model owns is an error at the constant's name.
///
/// With `check = "warn"` a difference is a warning at the field. The compiler has no warning whose text it
/// computes, so this one says that the field differs; how is said by `cargo migrate check`.
///
/// A model that depends on a feature is listed with its table:
///
/// ```text
/// models = [User, #[cfg(feature = "blog")] blog::Post = "posts"],
/// ```
///
/// In a build without the feature the table is unmanaged: it is neither missing nor dropped, by the
/// compiler, by `check` and by `revision --autogenerate`.
///
/// # What is left alone in the database
///
/// What no migration made is listed and kept. `ignore` takes it off the lists: nothing is said of it by
/// `check`, `status` and `revision --autogenerate`, and `models --from-database` does not write it.
///
/// ```text
/// ignore = ["legacy_*", "books.search", "index *_tmp", "view reports_*", "books.price: type"],
/// ```
///
/// A pattern is `[KIND ]NAME[: ASPECT]`. The name is a full one: `books`, `books.search` (a column, index,
/// constraint or trigger of the table), `audit.books` in another schema; `*` is any part of a name, `?` any
/// character, and case does not count. A kind (`table`, `column`, `index`, `constraint`, `enum`, `view`,
/// `trigger`, `function` and the other words of the lists) narrows it, and then what hangs on a table may
/// stand without it. A column goes with all that is made of it, a table with what refers to it.
///
/// What a model or a migration makes cannot be left out, which is an error that says so; but an aspect of
/// it can be left alone: `type`, `default`, `nullable`, `collation` or `comment`. Whatever the database has
/// there is right then, as with Alembic's `compare_type`.
///
/// # Libraries
///
/// A library may have models and leave the migrations to the application: there they say
/// `#[model(unlisted)]`, and here `external = [auth::Session]`. What differs is an error at that path.
///
/// A library may bring tables with it, and its own chain of migrations. An application takes that in:
///
/// ```standalone_crate
/// # mod auth {
/// #     use migrate_runtime::model::SchemaDef;
/// #     pub const SCHEMA: SchemaDef = SchemaDef {
/// #         chain: "auth", models: &[], unmanaged: &[], ignore: &[], version_table: None, include: &[], migrations: &[],
/// #         head: "",
/// #     };
/// # }
/// # #[derive(migrate_runtime::Model)]
/// # #[model(table = "users")]
/// # pub struct User {
/// #     #[model(auto_increment)]
/// #     pub id: i64,
/// #     #[model(unique)]
/// #     pub email: String,
/// # }
/// migrate_runtime::schema! {
///     pub const SCHEMA;
///     models = [User],
///     migrations = "docs/migrations",
///     include = [auth::SCHEMA],
/// }
/// # fn main() {}
/// ```
///
/// Models refer to the library's (`#[model(references = auth::User)]`), and `upgrade` applies both chains:
/// each in its order, and of the revisions that are ready the one with the smallest id first. A revision
/// says what it needs of another chain, `.depends_on(&["auth@20260101_120000"])`; `revision
/// --autogenerate` writes it. Nothing here ever changes or drops a table of the library. In targets,
/// `auth@head` or `auth@-1` are the library's; `head` and `base` are those of all chains.
#[proc_macro]
pub fn schema(input: TokenStream) -> TokenStream {
    expand::schema(input.into()).into()
}
