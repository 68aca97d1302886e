//! The parts of a table: what the numbers of a random one mean, odd texts included.

use migrate_runtime::schema::{
    Check, Column, DefaultValue, Deferrable, ForeignKey, Generated, Index, IndexKey, Name,
    ReferentialAction, SortOrder, SqlText, SqlType, Table, Unique, Value, naming,
};

/// A column in numbers.
#[derive(Debug, Clone)]
pub(super) struct RawColumn {
    pub(super) name: usize,
    pub(super) ty: u8,
    pub(super) nullable: bool,
    pub(super) default: u8,
    pub(super) generated: u8,
    pub(super) collation: u8,
}

/// A foreign key in numbers.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) column: usize,
    pub(super) second: usize,
    pub(super) target: usize,
    pub(super) on_delete: ReferentialAction,
    pub(super) on_update: ReferentialAction,
    pub(super) deferred: bool,
}

/// A name in double quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn sql(text: &str) -> SqlText {
    text.into()
}

pub(super) fn column(name: &str, raw: &RawColumn, table: &Table) -> Column {
    let ty = match raw.ty {
        0 => SqlType::Integer,
        1 => SqlType::BigInt,
        2 => SqlType::Text,
        3 => SqlType::Varchar(20),
        4 => SqlType::Bool,
        5 => SqlType::Double,
        6 => SqlType::Enum("mood".into()),
        7 => SqlType::Timestamp(None),
        8 => SqlType::TinyInt,
        9 => SqlType::UnsignedInteger,
        _ => SqlType::Binary,
    };
    let mut column = Column::new(name, ty);
    column.nullable = raw.nullable;
    column.collation = match raw.collation {
        0 => None,
        1 => Some("NOCASE".to_owned()),
        2 => Some("RTRIM".to_owned()),
        _ => Some("BINARY".to_owned()),
    };
    if raw.generated > 0 {
        let of = &table.columns[table.columns.len() / 2].name;
        let of = quoted(of.as_str());
        let expression = match raw.generated {
            1 | 2 => format!("{of} || 'x'"),
            3 => format!("CASE WHEN {of} IS NULL THEN 'it''s; -- (' ELSE substr({of}, 1, 2) END"),
            _ => format!("coalesce(CAST({of} AS TEXT), ')') /* of ( */"),
        };
        column.ty = SqlType::Text;
        column.nullable = true;
        column.generated = Some(Generated {
            expression: sql(&expression),
            stored: raw.generated.is_multiple_of(2),
        });
        return column;
    }
    column.default = default(raw.default, &column.ty);
    column
}

fn default(kind: u8, ty: &SqlType) -> Option<DefaultValue> {
    let verbatim = |text: &str| Some(DefaultValue::Sql(sql(text)));
    match kind {
        0 => None,
        1 | 2 => Some(DefaultValue::Value(match ty {
            SqlType::Text | SqlType::Varchar(_) | SqlType::Enum(_) => Value::Text("1".to_owned()),
            SqlType::Bool => Value::Bool(kind == 1),
            _ => Value::Integer(kind.into()),
        })),
        3 => verbatim("(1 + 0)"),
        4 if matches!(ty, SqlType::Timestamp(_)) => Some(DefaultValue::Now),
        4 => verbatim("1"),
        5 => verbatim("-1"),
        6 => verbatim("'it''s; -- \"so\"'"),
        7 => verbatim("x'00ff'"),
        8 => verbatim("(lower('A') || ')')"),
        9 => verbatim("1.5e1"),
        _ => verbatim("NULL"),
    }
}

fn conventional(
    table: &str,
    columns: &[Name],
    make: fn(&str, &[&str]) -> naming::ConventionalName,
) -> Name {
    let names: Vec<&str> = columns.iter().map(Name::as_str).collect();
    make(table, &names).as_str().into()
}

pub(super) fn unique(table: &str, columns: Vec<Name>) -> Unique {
    Unique {
        name: Some(conventional(table, &columns, naming::unique)),
        columns,
        include: Vec::new(),
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }
}

pub(super) fn check(table: &str, column: &Name, kind: u8) -> Check {
    let (table_name, column) = (quoted(table), quoted(column.as_str()));
    let expression = match kind {
        0 => format!("{column} IS NULL OR length({column}) < 40"),
        1 => format!("{column} <> 3"),
        2 => format!("{table_name}.{column} <> 2"),
        3 => format!("{column} NOT IN ('--', '/*', '('',', 5) /* a ) */"),
        4 => format!("NOT ({column} LIKE '%;%' ESCAPE '\\') -- to the end"),
        5 => format!("CASE typeof({column}) WHEN 'blob' THEN 1 ELSE {column} IS NOT '(' END"),
        6 => format!("{column} BETWEEN -1 AND 9 OR {column} IS NULL OR {column} > ''"),
        _ => format!("coalesce(({column}), -1) != 4 AND true"),
    };
    Check {
        name: Some(format!("{table}_ck").as_str().into()),
        expression: sql(&expression),
    }
}

pub(super) fn index(table: &str, columns: Vec<Name>, kind: u16) -> Index {
    let first = quoted(columns[0].as_str());
    let mut index = Index::new(conventional(table, &columns, naming::index), columns);
    index.unique = kind & 0b11 == 1;
    if kind & 4 == 4 {
        index.columns[0].order = SortOrder::Descending;
    }
    if kind & 0b1_1000 == 8 {
        let text = match kind >> 8 & 3 {
            0 => format!("lower({first})"),
            1 => format!("{first} || ',(' || {first}"),
            2 => format!("coalesce({first}, 'it''s')"),
            _ => format!("CAST({first} AS TEXT) || \"id\""),
        };
        index.columns[0].key = IndexKey::Expression(sql(&text));
    }
    if kind & 0b110_0000 == 32 {
        let text = match kind >> 10 & 3 {
            0 => format!("{first} IS NOT NULL"),
            1 => format!("{first} > 0 AND \"id\" < 100"),
            2 => format!("{first} IN (1, 2, 'a;b--')"),
            _ => format!("({first} NOT NULL)"),
        };
        index.predicate = Some(sql(&text));
    }
    if kind & 128 == 128 {
        index.columns[0].collation = Some("NOCASE".to_owned());
    }
    index
}

pub(super) fn foreign_key(
    table: &str,
    columns: Vec<Name>,
    target: &str,
    target_columns: Vec<Name>,
    reference: &Reference,
) -> ForeignKey {
    ForeignKey {
        name: Some(conventional(table, &columns, naming::foreign_key)),
        columns,
        target: target.into(),
        target_columns,
        on_delete: reference.on_delete,
        on_update: reference.on_update,
        deferrable: if reference.deferred {
            Deferrable::InitiallyDeferred
        } else {
            Deferrable::No
        },
        match_full: false,
    }
}
