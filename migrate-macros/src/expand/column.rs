//! The columns of a model.

use super::at;
use crate::ast::{Field, Model};
use crate::attr::field::ColumnOptions;
use crate::attr::model::ColumnAttr;
use crate::attr::value::{TypeAttr, option};
use crate::expand::diesel_type;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

/// The definition of all columns: `&'static [ModelColumn]`.
pub(super) fn columns(model: &Model<'_>) -> TokenStream {
    let plain = model.fields.iter().filter(|field| !field.is_embedded());
    let extra = model.columns.iter().map(column_without_field);
    if !model.has_embedded() {
        let own = plain.map(column);
        return quote!(&[#(#own,)* #(#extra,)*]);
    }
    let parts: Vec<TokenStream> = model
        .fields
        .iter()
        .map(|field| {
            if field.is_embedded() {
                embedded_columns(field.ty)
            } else {
                let column = column(field);
                quote!(&[#column] as &[__migrate::ModelColumn])
            }
        })
        .chain(std::iter::once(
            quote!(&[#(#extra,)*] as &[__migrate::ModelColumn]),
        ))
        .collect();
    let count = index(model, model.fields.len());
    let more = model.columns.len();
    quote! {{
        const __COLUMNS: [__migrate::ModelColumn; #count + #more] =
            __migrate::concat_columns(&[#(#parts),*]);
        &__COLUMNS
    }}
}

/// The columns of an embedded struct.
fn embedded_columns(ty: &Type) -> TokenStream {
    quote_spanned!(at(ty.span())=> <#ty as __migrate::Embedded>::COLUMNS)
}

/// The index of the first column of a field among all columns.
pub(super) fn index(model: &Model<'_>, field: usize) -> TokenStream {
    let before = &model.fields[..field];
    let plain = before.iter().filter(|field| !field.is_embedded()).count();
    let embedded = before.iter().filter(|field| field.is_embedded());
    let lengths = embedded.map(|field| {
        let columns = embedded_columns(field.ty);
        quote!(+ #columns.len())
    });
    quote!(#plain #(#lengths)*)
}

/// One field's column: `ModelColumn { .. }`.
fn column(field: &Field<'_>) -> TokenStream {
    let name = &field.column.name;
    let field_name = field.name();
    let ColumnType {
        ty,
        nullable,
        enum_type,
    } = column_type(field);
    definition(
        &field_name,
        name,
        &ty,
        &nullable,
        &enum_type,
        &field.attrs.options,
    )
}

fn column_without_field(column: &ColumnAttr) -> TokenStream {
    let ColumnAttr {
        name,
        ty: TypeAttr(ty),
        not_null,
        options,
    } = column;
    let nullable = !not_null;
    let none = quote!(::core::option::Option::None);
    definition("", &name.name, ty, &quote!(#nullable), &none, options)
}

fn definition(
    field: &str,
    name: &str,
    ty: &TokenStream,
    nullable: &TokenStream,
    enum_type: &TokenStream,
    options: &ColumnOptions,
) -> TokenStream {
    let ColumnOptions {
        default,
        generated,
        stored,
        auto_increment,
        collate,
        comment,
        renamed_from,
    } = options;
    let default = option(&default.as_ref().map(|default| &default.tokens));
    let stored = matches!(stored, Some((_, true)));
    let generated = option(&generated.as_ref().map(|(_, sql)| {
        let expression = sql.expand();
        quote!(__migrate::GeneratedDef { expression: #expression, stored: #stored })
    }));
    let auto_increment = auto_increment.is_some();
    let [collate, comment, renamed_from] = [collate, comment, renamed_from].map(option);
    quote! {
        __migrate::ModelColumn {
            field: #field,
            column: __migrate::ColumnDef {
                name: #name,
                ty: #ty,
                nullable: #nullable,
                default: #default,
                generated: #generated,
                auto_increment: #auto_increment,
                collation: #collate,
                comment: #comment,
            },
            enum_type: #enum_type,
            renamed_from: #renamed_from,
        }
    }
}

/// What the type of a field comes to, as const expressions.
struct ColumnType {
    ty: TokenStream,
    nullable: TokenStream,
    enum_type: TokenStream,
}

/// The type in the database: said by `sql_type`, known from diesel's `sql_type`, or asked of the
/// field's type through the trait.
fn column_type(field: &Field<'_>) -> ColumnType {
    let attrs = &field.attrs;
    if let Some(TypeAttr(ty)) = &attrs.sql_type {
        return ColumnType {
            ty: ty.clone(),
            nullable: nullable_by_spelling(field),
            enum_type: quote!(::core::option::Option::None),
        };
    }
    if let Some(sql_type) = &field.diesel.sql_type
        && let Some((ty, nullable)) = diesel_type::portable(sql_type)
    {
        return ColumnType {
            ty: with_limits(field, &ty),
            nullable: quote!(#nullable),
            enum_type: quote!(::core::option::Option::None),
        };
    }
    let ty = stored_type(field);
    let span = at(ty.span());
    let by_trait = quote_spanned!(span=> <#ty as __migrate::ColumnType>);
    ColumnType {
        ty: with_limits(field, &quote!(#by_trait::TYPE)),
        nullable: quote!(#by_trait::NULLABLE),
        enum_type: quote!(#by_trait::ENUM),
    }
}

/// The Rust type that decides the column: that of `serialize_as` is what diesel stores, but a number
/// that diesel stores in a wider type (`u32` as `i64`) stays what it is.
fn stored_type(field: &Field<'_>) -> Type {
    match &field.diesel.serialize_as {
        Some(path) if !diesel_type::is_small_number(field.ty) => Type::Path(path.clone()),
        _ => field.ty.clone(),
    }
}

/// A type that the trait does not know: `Option<..>` may be NULL.
fn nullable_by_spelling(field: &Field<'_>) -> TokenStream {
    let nullable = diesel_type::option_argument(field.ty).is_some();
    quote!(#nullable)
}

/// `max_length` and `precision` narrow the type. Whether they fit it is a rule, asked elsewhere: an
/// error in the table itself would be repeated wherever the table is read.
fn with_limits(field: &Field<'_>, ty: &TokenStream) -> TokenStream {
    let attrs = &field.attrs;
    if let Some(length) = &attrs.max_length {
        return quote!(__migrate::with_max_length(#ty, #length));
    }
    let Some(precision) = &attrs.precision else {
        return ty.clone();
    };
    let scale = option(&attrs.scale);
    quote!(__migrate::with_precision(#ty, #precision, #scale))
}

/// The rules of `max_length` and `precision`, of a field with that column.
pub(super) fn limit_rules(field: &Field<'_>, column: &TokenStream) -> TokenStream {
    let attrs = &field.attrs;
    if let Some(length) = &attrs.max_length {
        let problem = "`max_length` is for text columns";
        return quote_spanned! {length.span()=>
            if !__migrate::is_varchar(#column) { __migrate::refuse(#problem) }
        };
    }
    let Some(precision) = &attrs.precision else {
        return TokenStream::new();
    };
    let scale = option(&attrs.scale);
    let problem = "`precision` is for decimals (with a `scale` up to it), and for times and \
                   timestamps (up to 9, without `scale`)";
    quote_spanned! {precision.span()=>
        if !__migrate::has_precision(#column, #precision, #scale) {
            __migrate::refuse(#problem)
        }
    }
}
