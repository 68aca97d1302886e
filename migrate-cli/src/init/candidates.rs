//! Which structs of a package `init` makes models: for each `table!` of its own at most one, and only where
//! that compiles. For the others it is said what is in the way.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::Item;

use super::edit::Additions;
use super::judge::{Obstacle, column, judge, last, name, segments, spelled};
use super::structs::Struct;
use super::tables::Table;
use super::types::{Known, Names};
use crate::modules;

/// The structs that stand for a table, one for each, in the order of files and lines.
#[derive(Debug, Default)]
pub(super) struct Candidates {
    pub(super) models: Vec<Candidate>,
    pub(super) others: Vec<(Candidate, Obstacle)>,
}

/// A struct that stands for a table.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) file: PathBuf,
    pub(super) name: String,
    /// The path that `schema!` in the crate's root lists it by.
    pub(super) path: String,
    /// What it takes to make it a model.
    pub(super) additions: Additions,
}

impl Candidates {
    pub(super) fn is_empty(&self) -> bool {
        self.models.is_empty() && self.others.is_empty()
    }
}

/// Looks at the modules of a crate.
pub(super) fn find(root: &Path, known: &Known, krate: Option<&str>) -> Candidates {
    let (structs, tables) = read(root);
    let mut judged: Vec<Judged<'_>> = (structs.iter().filter(|it| !it.is_model))
        .map(|it| Judged::of(it, &tables, known, krate))
        .collect();
    judged.sort_by_key(|it| std::cmp::Reverse(it.rank()));
    let taken: BTreeSet<String> = (structs.iter().filter(|it| it.is_model))
        .map(|it| last(&it.table))
        .collect();
    let mut seen = BTreeSet::new();
    judged.retain(|it| {
        let table = it
            .table
            .map_or_else(|| last(&it.found.table), |table| table.path.join("::"));
        !taken.contains(&last(&it.found.table)) && seen.insert(table)
    });
    ask_for_parents(&mut judged);
    judged.sort_by_key(|it| {
        (
            it.found.file.clone(),
            it.found.item.ident.span().start().line,
        )
    });
    let mut candidates = Candidates::default();
    for Judged { found, outcome, .. } in judged {
        let (additions, obstacle) = match outcome {
            Ok(additions) => (additions, None),
            Err(obstacle) => (Additions::default(), Some(obstacle)),
        };
        let candidate = Candidate {
            file: found.file.clone(),
            name: found.name(),
            path: modules::seen_from(&[], &found.module, &found.name()),
            additions,
        };
        match obstacle {
            None => candidates.models.push(candidate),
            Some(obstacle) => candidates.others.push((candidate, obstacle)),
        }
    }
    candidates
}

fn read(root: &Path) -> (Vec<Struct>, Vec<Table>) {
    let (mut structs, mut tables) = (Vec::new(), Vec::new());
    modules::walk(root, &mut |module| {
        let names = Names::of(module.items);
        for item in module.items {
            match item {
                Item::Struct(item) => structs.extend(Struct::read(item, &module, &names)),
                Item::Macro(item) => tables.extend(Table::read(item, module.path)),
                _ => {}
            }
        }
    });
    (structs, tables)
}

/// A struct, its table, and whether it can be a model.
struct Judged<'a> {
    found: &'a Struct,
    table: Option<&'a Table>,
    outcome: Result<Additions, Obstacle>,
}

impl<'a> Judged<'a> {
    fn of(found: &'a Struct, tables: &'a [Table], known: &Known, krate: Option<&str>) -> Self {
        let (table, outcome) = match table(found, tables) {
            Ok(table) => (Some(table), judge(found, table, known, krate)),
            Err(obstacle) => (None, Err(obstacle)),
        };
        Self {
            found,
            table,
            outcome,
        }
    }

    /// Which of two structs of one table stands for it: one that can be a model, one that rows are read
    /// into, the one with the most fields.
    fn rank(&self) -> (bool, bool, usize) {
        let fields = self.found.item.fields.len();
        (self.outcome.is_ok(), self.found.reads, fields)
    }

    /// The types of the key, as they are spelled.
    fn key(&self) -> Vec<String> {
        let key = self.table.map(|table| table.key.as_slice());
        let types = key.unwrap_or_default().iter();
        types.filter_map(|column| self.type_of(column)).collect()
    }

    fn type_of(&self, wanted: &str) -> Option<String> {
        let mut fields = self.found.item.fields.iter();
        let field = fields.find(|field| name(field) == wanted || column(field) == wanted)?;
        Some(spelled(&field.ty))
    }
}

/// A foreign key leads to a model: where that is none, this is none.
fn ask_for_parents(judged: &mut [Judged<'_>]) {
    loop {
        let mut models: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
        for it in judged.iter().filter(|it| it.outcome.is_ok()) {
            models.entry(it.found.name()).or_default().push(it.key());
        }
        let found = judged.iter().enumerate().find_map(|(place, it)| {
            let obstacle = it.outcome.is_ok().then(|| parent_problem(it, &models))??;
            Some((place, obstacle))
        });
        let Some((place, obstacle)) = found else {
            return;
        };
        judged[place].outcome = Err(obstacle);
    }
}

fn parent_problem(
    child: &Judged<'_>,
    models: &BTreeMap<String, Vec<Vec<String>>>,
) -> Option<Obstacle> {
    child.found.parents.iter().find_map(|parent| {
        let Some([key]) = models.get(&parent.name).map(Vec::as_slice) else {
            return Some(Obstacle::Parent(parent.name.clone()));
        };
        let own = child.type_of(&parent.foreign_key).unwrap_or_default();
        let own = own
            .strip_prefix("Option<")
            .and_then(|own| own.strip_suffix('>'))
            .unwrap_or(&own);
        (key.as_slice() != [own]).then(|| Obstacle::ParentKey(parent.name.clone()))
    })
}

/// The `table!` that a struct names.
fn table<'a>(found: &Struct, tables: &'a [Table]) -> Result<&'a Table, Obstacle> {
    let name = last(&found.table);
    let named: Vec<&Table> = (tables.iter())
        .filter(|table| table.path.last() == Some(&name))
        .collect();
    let table = match named.as_slice() {
        [] => return Err(Obstacle::NoTable(name)),
        [only] => only,
        several => {
            let said: Vec<String> = segments(&found.table);
            let whole = (said.split_first()).filter(|(first, _)| *first == "crate");
            let same = several
                .iter()
                .find(|table| whole.is_some_and(|(_, path)| table.path == path));
            same.ok_or(Obstacle::Ambiguous(name))?
        }
    };
    Ok(table)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// What is found in a crate whose `schema.rs` has these tables, a line for each struct.
    fn found(tables: &str, models: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        write("lib.rs", "mod schema;\npub mod models;\n");
        write("schema.rs", tables);
        write("models.rs", models);
        let known = Known {
            features: vec!["chrono"],
            has_sqlite: true,
            has_postgres: false,
        };
        let Candidates { models, others } = find(&dir.path().join("lib.rs"), &known, None);
        let models = models.iter().map(|it| format!("{}\n", it.path));
        let others = (others.iter()).map(|(it, obstacle)| format!("{}: {obstacle}\n", it.name));
        models.chain(others).collect()
    }

    const USERS: &str =
        "diesel::table! { users (id) { id -> Integer, name -> Text, born -> Nullable<Date>, } }";

    #[test]
    fn one_struct_stands_for_a_table() {
        let found = found(
            USERS,
            "#[derive(Insertable)] #[diesel(table_name = crate::schema::users)]
             struct Whole { id: i32, name: String, born: Option<chrono::NaiveDate> }
             #[derive(Queryable)] #[diesel(table_name = users)]
             struct User { id: i32, name: String, born: Option<chrono::NaiveDate> }
             #[derive(Queryable)] #[diesel(table_name = users)]
             struct Name { id: i32, name: String }
             #[derive(Insertable)] #[diesel(table_name = users)]
             struct NewUser<'a> { name: &'a str }
             #[derive(Queryable)]
             struct Count { count: i64 }",
        );
        assert_eq!(found, "models::User\n");
    }

    #[test]
    fn what_is_in_the_way_is_said() {
        let lines: Vec<String> = [
            "struct A { id: i32, name: String }",
            "struct A { id: i32, name: String, born: Option<chrono::NaiveDate>, age: i32 }",
            "struct A { id: i64, name: String, born: Option<chrono::NaiveDate> }",
            "struct A { id: i32, name: Name, born: Option<chrono::NaiveDate> }",
            "struct A { id: Option<i32>, name: String, born: Option<chrono::NaiveDate> }",
            "struct A { id: i32, #[diesel(deserialize_as = X)] name: String, born: Option<chrono::NaiveDate> }",
            "struct A { id: i32, name: String, #[cfg(x)] born: Option<chrono::NaiveDate> }",
            "struct A<T> { id: i32, name: T, born: Option<chrono::NaiveDate> }",
            "struct A(i32, String);",
        ]
        .map(|item| found(USERS, &format!("#[derive(Queryable)] #[diesel(table_name = users)] {item}")))
        .to_vec();
        insta::assert_snapshot!(lines.concat(), @r"
        A: it has no field for born
        A: its `table!` has no column `age`
        A: field `id` is `i64`, its column is `Integer`
        A: the type of `name`, `Name`, needs `ColumnType` or `SqlEnum`
        A: its key is an `Option`
        A: field `name` says `deserialize_as` to diesel
        A: it depends on a `cfg`
        A: it has parameters
        A: its fields have no names
        ");
    }

    #[test]
    fn a_parent_is_a_model_with_a_key_of_the_same_type() {
        let tables = "table! { users { id -> Integer, } }
            table! { posts { id -> Integer, user_id -> Nullable<Integer>, } }
            table! { notes { id -> Integer, post_id -> BigInt, } }
            table! { likes { id -> Integer, note_id -> Integer, } }
            table! { trees { id -> Integer, up -> Nullable<Integer>, } }";
        let models = |user: &str| {
            format!(
                "#[derive(Queryable)] #[diesel(table_name = users)] struct User {{ id: {user} }}
                 #[derive(Queryable)] #[diesel(table_name = posts, belongs_to(User))]
                 struct Post {{ id: i32, user_id: Option<i32> }}
                 #[derive(Queryable)] #[diesel(table_name = notes, belongs_to(Post))]
                 struct Note {{ id: i32, post_id: i64 }}
                 #[derive(Queryable)] #[diesel(table_name = likes, belongs_to(Note))]
                 struct Like {{ id: i32, note_id: i32 }}
                 #[derive(Queryable)] #[diesel(table_name = trees, belongs_to(Tree, foreign_key = up))]
                 struct Tree {{ id: i32, up: Option<i32> }}"
            )
        };
        insta::assert_snapshot!(found(tables, &models("i32")), @r"
        models::User
        models::Post
        models::Tree
        Note: its key refers to another type than `Post` has
        Like: `Note`, which it belongs to, is no model
        ");
        insta::assert_snapshot!(found(tables, &models("Id")), @r"
        models::Tree
        User: the type of `id`, `Id`, needs `ColumnType` or `SqlEnum`
        Post: `User`, which it belongs to, is no model
        Note: `Post`, which it belongs to, is no model
        Like: `Note`, which it belongs to, is no model
        ");
    }

    #[test]
    fn a_table_is_found_by_its_name_or_by_its_whole_path() {
        let tables = "pub mod a { table! { users { id -> Integer, } } } pub mod b { table! { users { id -> BigInt, } } }";
        let model = |path: &str, id: &str| {
            found(
                tables,
                &format!(
                    "#[derive(Queryable)] #[diesel(table_name = {path})] struct User {{ id: {id} }}"
                ),
            )
        };
        assert_eq!(model("crate::schema::b::users", "i64"), "models::User\n");
        insta::assert_snapshot!(model("b::users", "i64") + &model("crate::schema::posts", "i64"), @r"
        User: this package has several `table!` of the name `users`
        User: this package has no `table!` of the name `posts`
        ");
    }
}
