//! Which diesel type a Rust type has, by its spelling.
//!
//! `diesel::table!` takes a type by its literal name (a projection through a trait does not compile
//! there, and arithmetic is added by the name), so the name is guessed and then asserted against
//! `DieselType::Sql`.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::spanned::Spanned;
use syn::{GenericArgument, Ident, Path, PathArguments, PathSegment, Type, TypePath};

/// A diesel type, before it is known from where it is named.
pub(super) enum SqlType {
    /// A type of `diesel::sql_types`.
    Diesel(Ident),
    /// The type of `migrate_runtime::types` of that name.
    Runtime(Ident),
    /// A type beside the user's, at a path seen from the model.
    Beside(Path),
    /// Another one in `Nullable` or `Array`.
    Within(Ident, Box<Self>),
    /// As written by the user, with other types in it.
    Verbatim(TypePath),
}

/// The numbers that diesel has on MySQL only.
const SMALL: &[(&str, &str)] = &[
    ("i8", "i16"),
    ("u8", "i16"),
    ("u16", "i32"),
    ("u32", "i64"),
    ("u64", "i64"),
];

/// The diesel type of a Rust type on these backends, or the reason why there is none.
pub(super) fn of(ty: &Type, backends: &[String]) -> syn::Result<SqlType> {
    if let Some(inner) = option_argument(ty) {
        let inner = Box::new(of(inner, backends)?);
        return Ok(SqlType::Within(diesel("Nullable"), inner));
    }
    let Some(path) = as_path(ty) else {
        return Err(syn::Error::new_spanned(
            ty,
            "the diesel type of this type is not known: say `#[diesel(sql_type = ..)]`",
        ));
    };
    let Some(last) = path.segments.last() else {
        return Err(syn::Error::new_spanned(ty, "a type is expected"));
    };
    if let Some((small, wide)) = small_number(ty) {
        return Err(syn::Error::new_spanned(
            ty,
            if small == "u64" {
                // No number that diesel has holds all of it.
                "diesel has `u64` on MySQL only\n\
                 use `i64`, or say `#[diesel(sql_type = ..)]` for MySQL"
                    .to_owned()
            } else {
                format!(
                    "diesel has `{small}` on MySQL only\n\
                     add `#[diesel(serialize_as = {wide}, deserialize_as = {wide})]` to store it \
                     as `{wide}`, or `#[diesel(sql_type = ..)]` for MySQL"
                )
            },
        ));
    }
    if last.ident == "Vec" {
        return of_list(ty, last, backends);
    }
    if POINTS_IN_TIME.iter().any(|name| last.ident == name) {
        return of_point_in_time(ty, backends);
    }
    Ok(of_name(path, last))
}

/// The types that diesel knows by another name on each backend.
const POINTS_IN_TIME: &[&str] = &["DateTime", "OffsetDateTime"];

fn of_point_in_time(ty: &Type, backends: &[String]) -> syn::Result<SqlType> {
    let names: Vec<&str> = backends.iter().map(String::as_str).collect();
    match names[..] {
        [] => Ok(SqlType::Runtime(sql_type_name(&diesel("DateTime")))),
        ["Pg"] => Ok(SqlType::Diesel(diesel("Timestamptz"))),
        ["Sqlite"] => Ok(SqlType::Diesel(diesel("TimestamptzSqlite"))),
        _ => {
            let spelled = quote!(#ty).to_string().replace(' ', "");
            Err(syn::Error::new_spanned(
                ty,
                format!(
                    "diesel has no one type for a point in time on several databases, nor on MySQL\n\
                     wrap it: `migrate_runtime::types::TimestampTz<{spelled}>`"
                ),
            ))
        }
    }
}

fn of_list(ty: &Type, last: &PathSegment, backends: &[String]) -> syn::Result<SqlType> {
    match argument(last) {
        Some(element) if is_named(element, "u8") => Ok(SqlType::Diesel(diesel("Binary"))),
        Some(element) => {
            let array = Ident::new("Array", Span::call_site().located_at(ty.span()));
            Ok(SqlType::Within(array, Box::new(of(element, backends)?)))
        }
        None => Err(syn::Error::new_spanned(ty, "`Vec` of what?")),
    }
}

fn of_name(path: &Path, last: &PathSegment) -> SqlType {
    let name = last.ident.to_string();
    let in_diesel = match name.as_str() {
        "bool" => "Bool",
        "i16" => "SmallInt",
        "i32" => "Integer",
        "i64" => "BigInt",
        "f32" => "Float",
        "f64" => "Double",
        "String" => "Text",
        "NaiveDate" | "Date" => "Date",
        "NaiveTime" | "Time" => "Time",
        "NaiveDateTime" | "PrimitiveDateTime" => "Timestamp",
        "Value" => "Json",
        "BigDecimal" => "Numeric",
        // The crates' own types, where the path says so; otherwise the runtime's newtypes.
        "Uuid" if is_from(path, "uuid") => "Uuid",
        "Decimal" if is_from(path, "rust_decimal") => "Numeric",
        "Uuid" | "Decimal" => return SqlType::Runtime(sql_type_name(&last.ident)),
        "TimestampTz" => return SqlType::Runtime(sql_type_name(&last.ident)),
        _ => return SqlType::Beside(beside(path)),
    };
    SqlType::Diesel(diesel(in_diesel))
}

fn is_from(path: &Path, krate: &str) -> bool {
    path.segments.len() > 1 && path.segments[0].ident == krate
}

/// The type that `derive(ColumnType)` and `derive(SqlEnum)` write beside theirs.
fn beside(path: &Path) -> Path {
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.ident = sql_type_name(&last.ident);
        last.arguments = PathArguments::None;
    }
    path
}

/// `Status` has `StatusSqlType`.
pub(super) fn sql_type_name(ident: &Ident) -> Ident {
    format_ident!("{}SqlType", ident, span = Span::call_site())
}

/// What the user wrote in `#[diesel(sql_type = ..)]`.
pub(super) fn explicit(path: &TypePath) -> SqlType {
    let Some(last) = path.path.segments.last() else {
        return SqlType::Verbatim(path.clone());
    };
    if let (Some(Type::Path(inner)), "Nullable" | "Array") =
        (argument(last), last.ident.to_string().as_str())
    {
        return SqlType::Within(last.ident.clone(), Box::new(explicit(inner)));
    }
    match path.path.get_ident() {
        Some(ident) if IN_DIESEL.contains(&ident.to_string().as_str()) => {
            SqlType::Diesel(ident.clone())
        }
        Some(_) => SqlType::Beside(path.path.clone()),
        None => match path.path.segments.first() {
            Some(first) if first.ident == "super" || first.ident == "self" => {
                SqlType::Beside(path.path.clone())
            }
            _ => SqlType::Verbatim(path.clone()),
        },
    }
}

/// The names in `diesel::sql_types`, which a `table!` imports all.
const IN_DIESEL: &[&str] = &[
    "Array",
    "BigInt",
    "BigSerial",
    "Bigint",
    "Binary",
    "Bit",
    "Blob",
    "Bool",
    "Bpchar",
    "Bytea",
    "CChar",
    "Char",
    "Cidr",
    "Citext",
    "Date",
    "Datetime",
    "Datemultirange",
    "Daterange",
    "Decimal",
    "Double",
    "Float",
    "Float4",
    "Float8",
    "Inet",
    "Int2",
    "Int4",
    "Int4multirange",
    "Int4range",
    "Int8",
    "Int8multirange",
    "Int8range",
    "Integer",
    "Interval",
    "Json",
    "Jsonb",
    "Longblob",
    "Longtext",
    "MacAddr",
    "MacAddr8",
    "Macaddr",
    "Macaddr8",
    "Mediumblob",
    "Mediumtext",
    "Money",
    "Multirange",
    "Name",
    "Nullable",
    "Nummultirange",
    "Numeric",
    "Numrange",
    "Oid",
    "PgLsn",
    "Range",
    "Record",
    "Serial",
    "SmallInt",
    "SmallSerial",
    "Smallint",
    "Text",
    "Time",
    "Timestamp",
    "Timestamptz",
    "TimestamptzSqlite",
    "TinyInt",
    "Tinyblob",
    "Tinyint",
    "Tinytext",
    "Tsmultirange",
    "Tsrange",
    "Tstzmultirange",
    "Tstzrange",
    "Unsigned",
    "Uuid",
    "VarChar",
    "Varbinary",
    "Varchar",
];

/// The portable type of a diesel type, where it has one, and whether it is nullable.
pub(super) fn portable(sql_type: &TypePath) -> Option<(TokenStream, bool)> {
    let last = sql_type.path.segments.last()?;
    if last.ident == "Nullable" {
        let Type::Path(inner) = argument(last)? else {
            return None;
        };
        return Some((portable(inner)?.0, true));
    }
    let unsigned = last.ident == "Unsigned";
    let name = match argument(last) {
        Some(Type::Path(inner)) if unsigned => inner.path.segments.last()?.ident.to_string(),
        Some(_) => return None,
        None => last.ident.to_string(),
    };
    let none = quote!(::core::option::Option::None);
    let tokens = match (name.as_str(), unsigned) {
        ("TinyInt" | "Tinyint", true) => quote!(UnsignedTinyInt),
        ("SmallInt" | "Smallint", true) => quote!(UnsignedSmallInt),
        ("Integer", true) => quote!(UnsignedInteger),
        ("BigInt" | "Bigint", true) => quote!(UnsignedBigInt),
        (_, true) => return None,
        ("Bool", _) => quote!(Bool),
        ("TinyInt" | "Tinyint", _) => quote!(TinyInt),
        ("SmallInt" | "Smallint" | "Int2", _) => quote!(SmallInt),
        ("Integer" | "Int4", _) => quote!(Integer),
        ("BigInt" | "Bigint" | "Int8", _) => quote!(BigInt),
        ("Float" | "Float4", _) => quote!(Float),
        ("Double" | "Float8", _) => quote!(Double),
        ("Text" | "VarChar" | "Varchar", _) => quote!(Text),
        ("Binary" | "Bytea" | "Blob", _) => quote!(Binary),
        ("Date", _) => quote!(Date),
        ("Time", _) => quote!(Time(#none)),
        ("Timestamp" | "Datetime", _) => quote!(Timestamp(#none)),
        ("Timestamptz" | "TimestamptzSqlite", _) => quote!(TimestampTz(#none)),
        ("Uuid", _) => quote!(Uuid),
        ("Json", _) => quote!(Json),
        ("Jsonb", _) => quote!(Jsonb),
        _ => return None,
    };
    Some((quote!(__migrate::TypeDef::#tokens), false))
}

/// Whether it is a number that diesel has on MySQL only.
pub(super) fn is_small_number(ty: &Type) -> bool {
    small_number(option_argument(ty).unwrap_or(ty)).is_some()
}

fn small_number(ty: &Type) -> Option<(&'static str, &'static str)> {
    SMALL.iter().copied().find(|(name, _)| is_named(ty, name))
}

/// The `T` of an `Option<T>`, by spelling.
pub(crate) fn option_argument(ty: &Type) -> Option<&Type> {
    let last = as_path(ty)?.segments.last()?;
    (last.ident == "Option").then(|| argument(last)).flatten()
}

fn argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn as_path(ty: &Type) -> Option<&Path> {
    match ty {
        Type::Group(group) => as_path(&group.elem),
        Type::Paren(paren) => as_path(&paren.elem),
        Type::Path(path) if path.qself.is_none() => Some(&path.path),
        _ => None,
    }
}

fn is_named(ty: &Type, name: &str) -> bool {
    as_path(ty).is_some_and(|path| path.is_ident(name))
}

fn diesel(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

impl SqlType {
    /// The type as `diesel::table!` spells it; what it must import is added to `imports`.
    pub(super) fn in_table(
        &self,
        krate: &TokenStream,
        imports: &mut Vec<TokenStream>,
    ) -> TokenStream {
        match self {
            Self::Diesel(ident) => quote!(#ident),
            Self::Runtime(ident) => {
                imports.push(quote!(use #krate::types::#ident;));
                quote!(#ident)
            }
            Self::Beside(path) => {
                let import = seen_from_within(path);
                imports.push(quote!(use #import;));
                let last = path.segments.last().map(|segment| &segment.ident);
                quote!(#last)
            }
            Self::Within(outer, inner) => {
                let inner = inner.in_table(krate, imports);
                quote!(#outer<#inner>)
            }
            Self::Verbatim(path) => quote!(#path),
        }
    }

    /// The type in the scope of the user's own, for `derive(ColumnType)`.
    pub(super) fn in_place(&self, krate: &TokenStream) -> TokenStream {
        match self {
            Self::Diesel(ident) => quote!(#krate::private::diesel::sql_types::#ident),
            Self::Runtime(ident) => quote!(#krate::types::#ident),
            Self::Beside(path) => quote!(#path),
            Self::Within(outer, inner) => {
                let inner = inner.in_place(krate);
                quote!(#krate::private::diesel::sql_types::#outer<#inner>)
            }
            Self::Verbatim(path) => quote!(#path),
        }
    }
}

/// A path of the module around `table!`, as an import in the module that `table!` writes.
fn seen_from_within(path: &Path) -> TokenStream {
    let segments = &path.segments;
    if path.leading_colon.is_some() {
        return quote!(#path);
    }
    match segments
        .first()
        .map(|first| first.ident.to_string())
        .as_deref()
    {
        Some("crate") => quote!(#path),
        Some("self") => {
            let rest = segments.iter().skip(1);
            quote!(super::#(#rest)::*)
        }
        _ => quote!(super::#path),
    }
}
