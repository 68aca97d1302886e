//! Small parts of the samples.

use migrate_runtime::schema::{
    Backend, Column, Deferrable, ForeignKey, Name, ReferentialAction, SqlText, SqlType, Unique,
};

pub(super) fn names(list: &[&str]) -> Vec<Name> {
    list.iter().map(|name| Name::from(*name)).collect()
}

pub(super) fn mixed(any: Option<&str>, sqlite: &str) -> SqlText {
    let mut text = SqlText::only(Backend::Sqlite, sqlite);
    text.any = any.map(str::to_owned);
    text
}

pub(super) fn unique(name: &str, columns: &[&str]) -> Unique {
    Unique {
        name: Some(name.into()),
        columns: names(columns),
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }
}

pub(super) fn foreign_key(name: &str, column: &str, target: &str) -> ForeignKey {
    ForeignKey {
        name: Some(name.into()),
        columns: names(&[column]),
        target: target.into(),
        target_columns: names(&["id"]),
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
        deferrable: Deferrable::No,
        match_full: false,
    }
}

pub(super) fn auto_key() -> Column {
    let mut id = Column::new("id", SqlType::BigInt).not_null();
    id.auto_increment = true;
    id
}
