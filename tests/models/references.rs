//! Models that refer to themselves, to each other, and across modules; diesel's `belongs_to`.

use diesel::prelude::*;
use migrate_runtime::Model;
use migrate_runtime::schema::{Name, ReferentialAction, Table};

#[derive(Debug, Model, Queryable, Selectable, Identifiable)]
#[diesel(table_name = users)]
#[model(unlisted)]
#[expect(dead_code, reason = "only its definition is looked at")]
pub(crate) struct User {
    pub(crate) id: i64,
    #[model(unique, max_length = 40)]
    pub(crate) name: String,
    #[model(references = Org, on_delete = "set null", index)]
    pub(crate) org_id: Option<i64>,
    #[model(references = User, on_delete = "cascade", on_update = "restrict")]
    pub(crate) invited_by: Option<i64>,
}

#[derive(Debug, Model, Queryable, Selectable, Identifiable)]
#[diesel(table_name = orgs)]
#[model(unlisted)]
#[expect(dead_code, reason = "only its definition is looked at")]
pub(crate) struct Org {
    pub(crate) id: i64,
    #[model(references = User, deferrable = "initially deferred", joinable = false)]
    pub(crate) owner_id: i64,
}

pub(crate) mod blog {
    use diesel::prelude::*;
    use migrate_runtime::Model;

    #[derive(Debug, Model, Queryable, Selectable, Identifiable, Associations)]
    #[diesel(table_name = posts)]
    #[diesel(belongs_to(super::User))]
    #[diesel(belongs_to(Post, foreign_key = reply_to))]
    #[model(unlisted)]
    #[expect(dead_code, reason = "only its definition is looked at")]
    pub(crate) struct Post {
        pub(crate) id: i64,
        #[model(on_delete = "cascade")]
        pub(crate) user_id: i64,
        pub(crate) reply_to: Option<i64>,
        #[model(references = super::User(name), max_length = 40)]
        pub(crate) author_name: String,
    }

    #[derive(Debug, Model, Queryable, Selectable, Identifiable)]
    #[diesel(table_name = memberships, primary_key(user_id, org_id))]
    #[model(unlisted)]
    pub(crate) struct Membership {
        #[model(references = super::User)]
        pub(crate) user_id: i64,
        #[model(references = super::Org)]
        pub(crate) org_id: i64,
    }

    #[derive(Debug, Model)]
    #[model(
        unlisted,
        foreign_key(
            columns(user, org),
            references = Membership(user_id, org_id),
            on_delete = "cascade",
            name = "badge_of",
        ),
    )]
    #[expect(dead_code, reason = "only its definition is looked at")]
    pub(crate) struct Badge {
        pub(crate) id: i64,
        #[model(column = "user_id")]
        pub(crate) user: i64,
        #[model(column = "org_id")]
        pub(crate) org: i64,
    }
}

fn keys(table: &Table) -> Vec<String> {
    let join = |names: &[Name]| {
        let names: Vec<&str> = names.iter().map(Name::as_str).collect();
        names.join(", ")
    };
    table
        .foreign_keys
        .iter()
        .map(|key| {
            format!(
                "{}: ({}) -> {} ({}) on delete {} on update {}",
                key.name.as_ref().map_or("-", Name::as_str),
                join(&key.columns),
                key.target,
                join(&key.target_columns),
                key.on_delete.as_sql(),
                key.on_update.as_sql(),
            )
        })
        .collect()
}

#[test]
fn models_refer_to_themselves_and_to_each_other() {
    insta::assert_snapshot!(keys(&User::TABLE.lower()).join("\n"), @r"
    users_org_id_fkey: (org_id) -> orgs (id) on delete SET NULL on update NO ACTION
    users_invited_by_fkey: (invited_by) -> users (id) on delete CASCADE on update RESTRICT
    ");
    insta::assert_snapshot!(keys(&Org::TABLE.lower()).join("\n"), @r"
    orgs_owner_id_fkey: (owner_id) -> users (id) on delete NO ACTION on update NO ACTION
    ");
}

#[test]
fn belongs_to_is_a_foreign_key_to_the_primary_key() {
    insta::assert_snapshot!(keys(&blog::Post::TABLE.lower()).join("\n"), @r"
    posts_author_name_fkey: (author_name) -> users (name) on delete NO ACTION on update NO ACTION
    posts_user_id_fkey: (user_id) -> users (id) on delete CASCADE on update NO ACTION
    posts_reply_to_fkey: (reply_to) -> posts (id) on delete NO ACTION on update NO ACTION
    ");
}

#[test]
fn composite_keys_name_their_columns() {
    insta::assert_snapshot!(keys(&blog::Badge::TABLE.lower()).join("\n"), @r"
    badge_of: (user_id, org_id) -> memberships (user_id, org_id) on delete CASCADE on update NO ACTION
    ");
    let key = blog::Membership::TABLE.lower().primary_key.unwrap();
    assert_eq!(key.columns, ["user_id", "org_id"]);
}

#[test]
fn actions_are_what_was_said() {
    let user = User::TABLE.lower();
    assert_eq!(user.foreign_keys[0].on_delete, ReferentialAction::SetNull);
    assert_eq!(user.foreign_keys[1].on_update, ReferentialAction::Restrict);
}
