//! As `diesel print-schema` wrote it; since then changed together with the structs.
diesel::table! {
    users (id) {
        id -> Integer,
        email -> Text,
        settings -> Nullable<Text>,
    }
}

diesel::table! {
    posts (id) {
        id -> Integer,
        user_id -> Integer,
        title -> Text,
        mood -> Text,
        published -> Bool,
    }
}

diesel::joinable!(posts -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(posts, users);
