//! What generated code refers to. Nothing here is for people, and nothing here is stable.

pub use crate::check::{
    ChainVerdict, Folded, Gathered, Numbers, Sizes, Verdict, beginning, count_all, count_ids, fold,
    gather, ids, joined, refuse, sizes,
};
pub use crate::migration::{
    ColumnDef, ConstraintDef, ConstraintKind, DefaultDef, EnumDef, GeneratedDef, IndexColumnDef,
    IndexDef, Migration, SqlDef, TableNameDef, TableOptionsDef, TypeDef, options, table_name,
};
pub use crate::model::rules::{
    blames_any, column_of, concat_columns, contains, default_problem, has_field, has_precision,
    is_integer, is_table, is_taken_twice, is_varchar, key_problem, lacks_digits, no_such_column,
    primary_key_problem, same_name, unheld, with_max_length, with_precision,
};
pub use crate::model::{
    ColumnType, Embedded, Model, ModelColumn, Registered, SchemaDef, TableDef, listed,
};
pub use crate::schema::{Deferrable, NullsOrder, ReferentialAction, SortOrder, naming};

pub use crate::{
    __migrations as migrations, __registered as registered, __table_list as table_list,
};

pub use crate::{__diesel_enum as diesel_enum, __diesel_newtype as diesel_newtype};
pub use crate::{__diesel_expression as diesel_expression, __if_diesel as if_diesel};

#[cfg(feature = "diesel")]
pub use crate::model::kept::{ColumnNames, IsTable, KeptColumn, KeptColumns};
#[cfg(feature = "diesel")]
pub use crate::model::queries::{
    Child, DieselTable, Differs, End, JoinedByOneKey, JoinedTo, Numbered, One, Parent, Zero,
};
#[cfg(feature = "diesel")]
pub use crate::types::diesel_type::{
    Asked, Choose, DieselType, FitsColumn, NoColumn, SameSqlType, Unasked, When,
};
#[cfg(feature = "diesel")]
pub use diesel;

/// An enum without data, as its values in the database. `#[derive(SqlEnum)]` writes it.
///
/// diesel needs no more than the derive; whoever writes SQL by hand calls these.
pub trait SqlEnum: Sized {
    /// The value of a variant.
    fn value(&self) -> &'static str;
    /// The variant of a value.
    fn from_value(value: &str) -> Option<Self>;
}

/// The files of migrations as modules, and what they hold as a list. Written out here and not by `schema!`:
/// a procedural macro pays for each token that it hands to the compiler, and there may be thousands of files.
#[doc(hidden)]
#[macro_export]
macro_rules! __migrations {
    (
        $beginning:ident $list:ident $constant:ident
        $first_count:literal { $($first:ident $first_file:tt $first_message:tt)* }
        $count:literal { $($module:ident $file:tt $message:tt)* }
    ) => {
        $crate::__migrations! { @files $($first $first_file)* $($module $file)* }
        // Statics: the compiler looks through the whole value of a const once for each const that has it.
        #[allow(non_upper_case_globals)]
        static $beginning: [$crate::private::Migration; $first_count] =
            [$($first::$constant.message($first_message)),*];
        #[allow(non_upper_case_globals)]
        static $list: [$crate::private::Migration; $count] = $crate::private::joined(
            &$beginning,
            &[$($module::$constant.message($message)),*],
        );
    };
    (@files $($module:ident $file:tt)*) => {
        $(
            #[doc(hidden)]
            #[allow(
                missing_docs,
                unreachable_pub,
                dead_code,
                clippy::all,
                clippy::pedantic,
                clippy::nursery,
            )]
            #[path = $file]
            mod $module;
        )*
    };
}

/// The tables of the models that `schema!` lists.
#[doc(hidden)]
#[macro_export]
macro_rules! __table_list {
    ($($(#[$condition:meta])? $model:path,)*) => {
        &[$($(#[$condition])? <$model as $crate::private::Model>::TABLE),*]
    };
}

/// The verdicts of those models, for their derives to read.
#[doc(hidden)]
#[macro_export]
macro_rules! __registered {
    ($beginning:ident $folded:ident $checked:ident $($(#[$condition:meta])? $model:path,)*) => {
        $(
            $(#[$condition])?
            #[automatically_derived]
            impl $crate::private::Registered for $model {
                const VERDICT: $crate::private::Verdict = {
                    // Of its own, so that it is kept while the beginning stays as it is.
                    const AGREED: bool =
                        $beginning.agrees(&<$model as $crate::private::Model>::TABLE);
                    $folded.judge(&<$model as $crate::private::Model>::TABLE, AGREED, $checked)
                };
            }
        )*
    };
}

/// Keeps what belongs to diesel where the runtime has it. Generated code must not ask for features
/// itself: a `cfg` in it would be asked of the user's crate.
#[cfg(feature = "diesel")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_diesel {
    ($($tokens:tt)*) => { $($tokens)* };
}

/// Keeps what belongs to diesel where the runtime has it.
#[cfg(not(feature = "diesel"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_diesel {
    ($($tokens:tt)*) => {};
}

/// Keeps what belongs to SQLite where the runtime has it.
#[cfg(feature = "sqlite")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_sqlite {
    ($($tokens:tt)*) => { $($tokens)* };
}

/// Keeps what belongs to SQLite where the runtime has it.
#[cfg(not(feature = "sqlite"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_sqlite {
    ($($tokens:tt)*) => {};
}

/// Keeps what belongs to PostgreSQL where the runtime has it.
#[cfg(feature = "postgres")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_postgres {
    ($($tokens:tt)*) => { $($tokens)* };
}

/// Keeps what belongs to PostgreSQL where the runtime has it.
#[cfg(not(feature = "postgres"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_postgres {
    ($($tokens:tt)*) => {};
}

/// Keeps what belongs to MySQL where the runtime has it.
#[cfg(feature = "mysql")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_mysql {
    ($($tokens:tt)*) => { $($tokens)* };
}

/// Keeps what belongs to MySQL where the runtime has it.
#[cfg(not(feature = "mysql"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_mysql {
    ($($tokens:tt)*) => {};
}

/// A type with `ToSql` and `FromSql` for an SQL type can be bound and loaded. What diesel's
/// `AsExpression` and `FromSqlRow` derives write, with paths that need no `diesel` in the user's crate.
#[doc(hidden)]
#[macro_export]
macro_rules! __diesel_expression {
    // `own` are the type's parameters, `sql` those of the SQL type; each ends with a comma.
    ([$($own:tt)*] [$($of_sql:tt)*] $ty:ty, $sql:ty) => {
        $crate::__diesel_expression!(@bind [$($own)* $($of_sql)*] $ty, $sql);
        $crate::__diesel_expression!(@bind ['a, $($own)* $($of_sql)*] &'a $ty, $sql);
        $crate::__diesel_expression!(@bind ['a, 'b, $($own)* $($of_sql)*] &'b &'a $ty, $sql);

        #[automatically_derived]
        impl<$($own)* __ST, __DB> $crate::private::diesel::deserialize::Queryable<__ST, __DB> for $ty
        where
            __DB: $crate::private::diesel::backend::Backend,
            __ST: $crate::private::diesel::sql_types::SingleValue,
            Self: $crate::private::diesel::deserialize::FromSql<__ST, __DB>,
        {
            type Row = Self;
            fn build(row: Self) -> $crate::private::diesel::deserialize::Result<Self> {
                ::core::result::Result::Ok(row)
            }
        }
    };
    (@nullable [$($own:tt)*] $ty:ty, $sql:ty) => {
        $crate::__diesel_expression!(
            @bind [$($own)*] $ty, $crate::private::diesel::sql_types::Nullable<$sql>
        );
        $crate::__diesel_expression!(
            @bind ['a, $($own)*] &'a $ty, $crate::private::diesel::sql_types::Nullable<$sql>
        );
        $crate::__diesel_expression!(
            @bind ['a, 'b, $($own)*] &'b &'a $ty, $crate::private::diesel::sql_types::Nullable<$sql>
        );

        #[automatically_derived]
        impl<$($own)* __DB> $crate::private::diesel::serialize::ToSql<
            $crate::private::diesel::sql_types::Nullable<$sql>, __DB,
        > for $ty
        where
            __DB: $crate::private::diesel::backend::Backend,
            Self: $crate::private::diesel::serialize::ToSql<$sql, __DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut $crate::private::diesel::serialize::Output<'b, '_, __DB>,
            ) -> $crate::private::diesel::serialize::Result {
                <Self as $crate::private::diesel::serialize::ToSql<$sql, __DB>>::to_sql(self, out)
            }
        }
    };
    (@bind [$($parameters:tt)*] $bound:ty, $sql:ty) => {
        #[automatically_derived]
        impl<$($parameters)*> $crate::private::diesel::expression::AsExpression<$sql> for $bound {
            type Expression =
                $crate::private::diesel::internal::derives::as_expression::Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                $crate::private::diesel::internal::derives::as_expression::Bound::new(self)
            }
        }
    };
    ($ty:ty, $sql:ty) => {
        $crate::__diesel_expression!([] [] $ty, $sql);
        $crate::__diesel_expression!(@nullable [] $ty, $sql);
    };
}

/// A newtype goes into and out of the database as what it wraps, on every backend that can hold that.
///
/// `own` are its parameters, each with a comma; `markers` its other fields, all `PhantomData`. A newtype
/// that wraps one of its parameters names no SQL type, but `of` one: it has all those of what it wraps.
#[doc(hidden)]
#[macro_export]
macro_rules! __diesel_newtype {
    ([$($own:tt)*] $ty:ty, $sql:ty, $member:tt, $inner:ty, [$($marker:tt),*]) => {
        const _: () = {
            #[automatically_derived]
            impl<$($own)*> $crate::private::DieselType for $ty {
                type Sql = $sql;
            }
            $crate::private::diesel_expression!([$($own)*] [] $ty, $sql);
            $crate::private::diesel_expression!(@nullable [$($own)*] $ty, $sql);
            $crate::private::diesel_newtype!(
                @stored [$($own)*] $ty, $sql, $member, $inner, [$($marker),*]
            );
        };
    };
    ([$($own:tt)*] $ty:ty, of $sql:ident, $member:tt, $inner:ty, [$($marker:tt),*]) => {
        const _: () = {
            #[automatically_derived]
            impl<$($own)*> $crate::private::DieselType for $ty
            where
                $inner: $crate::private::DieselType,
            {
                type Sql = <$inner as $crate::private::DieselType>::Sql;
            }
            $crate::private::diesel_expression!(
                [$($own)*]
                [$sql: $crate::private::diesel::sql_types::SqlType
                    + $crate::private::diesel::sql_types::SingleValue
                    + $crate::private::diesel::expression::TypedExpressionType,]
                $ty,
                $sql
            );
            $crate::private::diesel_newtype!(
                @stored [$($own)* $sql,] $ty, $sql, $member, $inner, [$($marker),*]
            );
        };
    };
    (@stored [$($own:tt)*] $ty:ty, $sql:ty, $member:tt, $inner:ty, [$($marker:tt),*]) => {
        #[automatically_derived]
        impl<$($own)* __DB> $crate::private::diesel::serialize::ToSql<$sql, __DB> for $ty
        where
            __DB: $crate::private::diesel::backend::Backend,
            Self: ::core::fmt::Debug,
            $inner: $crate::private::diesel::serialize::ToSql<$sql, __DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut $crate::private::diesel::serialize::Output<'b, '_, __DB>,
            ) -> $crate::private::diesel::serialize::Result {
                <$inner as $crate::private::diesel::serialize::ToSql<$sql, __DB>>::to_sql(
                    &self.$member,
                    out,
                )
            }
        }

        #[automatically_derived]
        impl<$($own)* __DB> $crate::private::diesel::deserialize::FromSql<$sql, __DB> for $ty
        where
            __DB: $crate::private::diesel::backend::Backend,
            $inner: $crate::private::diesel::deserialize::FromSql<$sql, __DB>,
        {
            fn from_sql(
                bytes: __DB::RawValue<'_>,
            ) -> $crate::private::diesel::deserialize::Result<Self> {
                let inner = <$inner as $crate::private::diesel::deserialize::FromSql<
                    $sql,
                    __DB,
                >>::from_sql(bytes)?;
                ::core::result::Result::Ok(Self {
                    $member: inner,
                    $($marker: ::core::marker::PhantomData,)*
                })
            }
        }
    };
}

/// The SQL type of an enum, and the way of its values into and out of each backend.
#[doc(hidden)]
#[macro_export]
macro_rules! __diesel_enum {
    ($ty:ident, $sql:ident, $name:literal) => {
        const _: () = {
            #[automatically_derived]
            impl $crate::private::DieselType for $ty {
                type Sql = $sql;
            }
            #[automatically_derived]
            impl $crate::private::diesel::sql_types::SqlType for $sql {
                type IsNull = $crate::private::diesel::sql_types::is_nullable::NotNull;
                const IS_ARRAY: bool = false;
            }
            #[automatically_derived]
            impl $crate::private::diesel::sql_types::SingleValue for $sql {}
            #[automatically_derived]
            impl $crate::private::diesel::query_builder::QueryId for $sql {
                type QueryId = Self;
                const HAS_STATIC_QUERY_ID: bool = true;
            }

            $crate::private::diesel_expression!($ty, $sql);

            $crate::__if_sqlite! {
                #[automatically_derived]
                impl $crate::private::diesel::sql_types::HasSqlType<$sql>
                    for $crate::private::diesel::sqlite::Sqlite
                {
                    fn metadata(_: &mut ()) -> $crate::private::diesel::sqlite::SqliteType {
                        $crate::private::diesel::sqlite::SqliteType::Text
                    }
                }
                #[automatically_derived]
                impl $crate::private::diesel::serialize::ToSql<
                    $sql,
                    $crate::private::diesel::sqlite::Sqlite,
                > for $ty {
                    fn to_sql<'b>(
                        &'b self,
                        out: &mut $crate::private::diesel::serialize::Output<
                            'b, '_, $crate::private::diesel::sqlite::Sqlite,
                        >,
                    ) -> $crate::private::diesel::serialize::Result {
                        out.set_value($crate::private::SqlEnum::value(self));
                        ::core::result::Result::Ok(
                            $crate::private::diesel::serialize::IsNull::No,
                        )
                    }
                }
                #[automatically_derived]
                impl $crate::private::diesel::deserialize::FromSql<
                    $sql,
                    $crate::private::diesel::sqlite::Sqlite,
                > for $ty {
                    fn from_sql(
                        bytes: <$crate::private::diesel::sqlite::Sqlite
                            as $crate::private::diesel::backend::Backend>::RawValue<'_>,
                    ) -> $crate::private::diesel::deserialize::Result<Self> {
                        $crate::types::sql_enum::from_sqlite(bytes, $name)
                    }
                }
            }
            $crate::__if_postgres! {
                #[automatically_derived]
                impl $crate::private::diesel::sql_types::HasSqlType<$sql>
                    for $crate::private::diesel::pg::Pg
                {
                    fn metadata(
                        lookup: &mut Self::MetadataLookup,
                    ) -> $crate::private::diesel::pg::PgTypeMetadata {
                        $crate::types::sql_enum::postgres_type(lookup, $name)
                    }
                }
                #[automatically_derived]
                impl $crate::private::diesel::serialize::ToSql<
                    $sql,
                    $crate::private::diesel::pg::Pg,
                > for $ty {
                    fn to_sql<'b>(
                        &'b self,
                        out: &mut $crate::private::diesel::serialize::Output<
                            'b, '_, $crate::private::diesel::pg::Pg,
                        >,
                    ) -> $crate::private::diesel::serialize::Result {
                        $crate::types::sql_enum::to_postgres(self, out)
                    }
                }
                #[automatically_derived]
                impl $crate::private::diesel::deserialize::FromSql<
                    $sql,
                    $crate::private::diesel::pg::Pg,
                > for $ty {
                    fn from_sql(
                        value: $crate::private::diesel::pg::PgValue<'_>,
                    ) -> $crate::private::diesel::deserialize::Result<Self> {
                        $crate::types::sql_enum::from_postgres(&value, $name)
                    }
                }
            }
            $crate::__if_mysql! {
                #[automatically_derived]
                impl $crate::private::diesel::sql_types::HasSqlType<$sql>
                    for $crate::private::diesel::mysql::Mysql
                {
                    fn metadata(_: &mut ()) -> $crate::private::diesel::mysql::MysqlType {
                        $crate::private::diesel::mysql::MysqlType::Enum
                    }
                }
                #[automatically_derived]
                impl $crate::private::diesel::serialize::ToSql<
                    $sql,
                    $crate::private::diesel::mysql::Mysql,
                > for $ty {
                    fn to_sql<'b>(
                        &'b self,
                        out: &mut $crate::private::diesel::serialize::Output<
                            'b, '_, $crate::private::diesel::mysql::Mysql,
                        >,
                    ) -> $crate::private::diesel::serialize::Result {
                        $crate::types::sql_enum::to_mysql(self, out)
                    }
                }
                #[automatically_derived]
                impl $crate::private::diesel::deserialize::FromSql<
                    $sql,
                    $crate::private::diesel::mysql::Mysql,
                > for $ty {
                    fn from_sql(
                        value: $crate::private::diesel::mysql::MysqlValue<'_>,
                    ) -> $crate::private::diesel::deserialize::Result<Self> {
                        $crate::types::sql_enum::from_mysql(&value, $name)
                    }
                }
            }
        };
    };
}
