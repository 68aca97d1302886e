//! Every attribute ends up in the definition.

use migrate_runtime::Model;
use migrate_runtime::schema::Table;

#[expect(clippy::duplicated_attributes, reason = "two indexes share a column")]
#[derive(Debug, Model)]
#[model(
    table = "people",
    schema = "crm",
    primary_key(tenant, number),
    index(created_at(desc, nulls_last), name = "people_recent"),
    index(nick, email(collate = "NOCASE"), unique, where = "nick IS NOT NULL"),
    index(expression = "lower(email)", name = "people_email_lower"),
    index(
        expression("upper(email)", desc, mysql = "(upper(email))"),
        nick,
        name = "people_upper"
    ),
    index(tags, method = "gin", include(nick, email)),
    unique(tenant, email, include(nick), nulls_not_distinct, deferrable),
    check("number > 0"),
    check("number < 1000000"),
    check(
        name = "people_nick",
        "length(nick) > 1",
        mysql = "char_length(nick) > 1"
    ),
    column("legacy", Char(3), not_null, default = "abc"),
    column("area", Native(postgres = "box", sqlite = "TEXT"), comment = "kept"),
    renamed_from = "persons",
    comment = "who we know",
    sqlite(strict, without_rowid),
    postgres(unlogged, tablespace = "fast"),
    mysql(
        engine = "InnoDB",
        charset = "utf8mb4",
        collation = "utf8mb4_bin",
        row_format = "dynamic"
    ),
    joinable = false,
    unlisted
)]
#[expect(dead_code, reason = "only its definition is looked at")]
pub(crate) struct Person {
    pub(crate) tenant: i32,
    #[model(check("number <> 13"), check("number <> 666"))]
    pub(crate) number: i64,
    #[model(
        max_length = 255,
        collate = "NOCASE",
        comment = "how to write",
        renamed_from = "mail"
    )]
    pub(crate) email: String,
    #[model(unique(name = "people_nick_once"), index(desc))]
    pub(crate) nick: Option<String>,
    #[model(default_sql("CURRENT_TIMESTAMP", postgres = "now()"))]
    pub(crate) created_at: chrono::NaiveDateTime,
    #[model(precision = 3, default = now)]
    pub(crate) seen_at: chrono::NaiveDateTime,
    #[model(default = today)]
    pub(crate) born: chrono::NaiveDate,
    #[model(default = uuid)]
    pub(crate) token: migrate_runtime::types::Uuid,
    #[model(default = -1)]
    pub(crate) score: i16,
    #[model(default = 0.5)]
    pub(crate) weight: f64,
    #[model(default = true)]
    pub(crate) active: bool,
    #[model(generated = "number * 2", stored)]
    pub(crate) doubled: i64,
    #[model(generated("nick || ''", mysql = "concat(nick, '')"), virtual)]
    pub(crate) shown: Option<String>,
    #[model(sql_type(sqlite = "TEXT", postgres = "citext", mysql = "TEXT"))]
    pub(crate) code: String,
    #[model(sql_type = Jsonb)]
    pub(crate) extra: serde_json::Value,
    pub(crate) tags: Vec<String>,
    #[model(skip)]
    pub(crate) cache: std::marker::PhantomData<u8>,
}

#[derive(Debug, Model)]
#[model(unlisted)]
#[expect(dead_code, reason = "only its definition is looked at")]
pub(crate) struct Plain {
    #[model(auto_increment)]
    pub(crate) id: i32,
}

fn described(table: &Table) -> String {
    format!("{table:#?}")
}

#[test]
fn every_attribute_ends_up_in_the_definition() {
    insta::assert_snapshot!(described(&Person::TABLE.lower()));
}

#[test]
fn without_attributes_names_are_diesels() {
    let table = Plain::TABLE.lower();
    assert_eq!(table.name.to_string(), "plains");
    assert!(table.columns[0].auto_increment);
    assert_eq!(table.primary_key.unwrap().columns, ["id"]);
}

#[test]
fn former_names_are_kept_beside_the_definition() {
    assert_eq!(Person::TABLE.renamed_from, Some("persons"));
    let email = &Person::TABLE.columns[2];
    assert_eq!((email.field, email.renamed_from), ("email", Some("mail")));
    let legacy = Person::TABLE
        .columns
        .iter()
        .find(|column| column.column.name == "legacy");
    assert_eq!(legacy.map(|column| column.field), Some(""));
}
