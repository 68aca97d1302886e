//! The strictest lints of a user's crate say nothing of what the derives write.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_debug_implementations,
    missing_docs,
    trivial_casts,
    unreachable_pub,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]

mod models {
    use diesel::prelude::*;
    use migrate_runtime::types::Uuid;
    use migrate_runtime::{ColumnType, Model, SqlEnum};

    /// How it is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, SqlEnum)]
    pub(crate) enum State {
        /// Not yet.
        New,
        /// Already.
        Old,
    }

    /// Mail.
    #[derive(Debug, Clone, PartialEq, Eq, ColumnType)]
    pub(crate) struct Email(pub(crate) String);

    /// A user.
    #[derive(Debug, Model, Queryable, Selectable, Insertable, Identifiable)]
    #[diesel(table_name = users)]
    #[model(unlisted, index(email, state(desc)))]
    pub(crate) struct User {
        /// Its key.
        pub(crate) id: Uuid,
        #[model(unique, max_length = 255)]
        pub(crate) email: Email,
        #[model(default = "new")]
        pub(crate) state: State,
        #[model(references = User, on_delete = "set null")]
        pub(crate) friend: Option<Uuid>,
    }
}

fn main() {
    let user = models::User {
        id: migrate_runtime::types::Uuid::default(),
        email: models::Email(String::new()),
        state: if std::env::args().count() > 3 {
            models::State::New
        } else {
            models::State::Old
        },
        friend: None,
    };
    assert!(format!("{user:?}").contains("Old"));
}
