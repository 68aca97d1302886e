//! What diesel has to know of a model's table beyond its columns: that it may share a query with other
//! tables, and how it is joined to its parents.

use super::{at, parent};
use crate::ast::{DieselTable, Model};
use crate::attr::model::ForeignKeyAttr;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

/// The implementations that go into the model's block. Nothing without diesel.
pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let (table, own) = match &model.diesel {
        DieselTable::None => return TokenStream::new(),
        DieselTable::Emitted(module) => (quote!(#module::table), true),
        DieselTable::Kept(_) => (quote!(__kept::table), false),
    };
    let ident = model.ident;
    let company = own.then(|| company(model, &table));
    let joins = own.then(|| joins(model, &table));
    let parents = own.then(|| parents(model));
    let name = &model.table.name;
    quote! {
        __migrate::if_diesel! {
            #[automatically_derived]
            impl __migrate::DieselTable for #ident {
                type Table = #table;
                const PATH: &'static str = ::core::concat!(::core::module_path!(), "::", #name);
                #parents
            }
            #company
            #joins
        }
    }
}

/// The table may appear with every other one that a derive wrote.
fn company(model: &Model<'_>, table: &TokenStream) -> TokenStream {
    let number = number(model);
    let own = quote!(<#table as __migrate::Numbered<#table>>::Number);
    quote! {
        #[automatically_derived]
        impl<__Asking> __migrate::Numbered<__Asking> for #table {
            type Number = #number;
        }
        #[automatically_derived]
        impl<__Other> __migrate::diesel::query_source::TableNotEqual<__Other> for #table
        where
            __Other: __migrate::diesel::Table + __migrate::Numbered<#table>,
            <__Other as __migrate::Numbered<#table>>::Number: __migrate::Differs<#own, #table>,
        {}
    }
}

/// 40 bits: that two of 500 tables have the same is a matter of one in ten million.
fn number(model: &Model<'_>) -> TokenStream {
    const BITS: u32 = 40;
    let package = std::env::var("CARGO_PKG_NAME").unwrap_or_default();
    let schema = model.table.schema.as_deref().unwrap_or_default();
    let hash = fnv([&package, schema, &model.table.name]);
    (0..BITS).fold(quote!(__migrate::End), |rest, bit| {
        if hash >> bit & 1 == 0 {
            quote!(__migrate::Zero<#rest>)
        } else {
            quote!(__migrate::One<#rest>)
        }
    })
}

/// FNV-1a, the texts told apart by a byte that is in none of them:
/// <http://www.isthe.com/chongo/tech/comp/fnv/>. The upper bits are folded in: the lower ones alone
/// differ little between names that differ in their last letter.
fn fnv(texts: [&str; 3]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0xff]));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash ^ hash >> 24
}

/// The join to each parent that exactly one key leads to, both ways.
fn joins(model: &Model<'_>, table: &TokenStream) -> TokenStream {
    let links: TokenStream = joinable_keys(model)
        .filter_map(|(place, key)| link(model, key, &parent(model, place), table))
        .collect();
    quote! {
        #[automatically_derived]
        impl<__Other> __migrate::diesel::JoinTo<__Other> for #table
        where
            __Other: __migrate::diesel::query_source::TableNotEqual<#table>,
            #table: __migrate::JoinedByOneKey<__Other> + __migrate::JoinedTo<__Other>,
        {
            type FromClause = __Other;
            type OnClause = <#table as __migrate::JoinedTo<__Other>>::On;
            fn join_target(other: __Other) -> (Self::FromClause, Self::OnClause) {
                let on = __migrate::JoinedTo::on(&#table, &other);
                (other, on)
            }
        }
        #links
    }
}

/// The parents, for their own derives: diesel joins two tables by one key.
fn parents(model: &Model<'_>) -> TokenStream {
    let parents = joinable_keys(model).map(|(place, key)| {
        let parent = parent(model, place);
        quote_spanned!(at(key.reference.model.span())=> <#parent as __migrate::DieselTable>::PATH)
    });
    quote!(const PARENTS: &'static [&'static str] = &[#(#parents),*];)
}

fn joinable_keys<'m>(model: &'m Model<'_>) -> impl Iterator<Item = (usize, &'m ForeignKeyAttr)> {
    let keys = model.foreign_keys.iter().enumerate();
    keys.filter(|(_, key)| is_joinable(model, key))
}

fn is_joinable(model: &Model<'_>, key: &ForeignKeyAttr) -> bool {
    let parent = |key: &ForeignKeyAttr| key.reference.model.segments.last().cloned();
    let keys_to_it = model
        .foreign_keys
        .iter()
        .filter(|other| parent(other) == parent(key));
    model.joinable
        && key.joinable
        && key.columns.len() == 1
        && key.reference.columns.is_empty()
        && parent(key).is_some_and(|segment| segment.ident != *model.ident)
        && keys_to_it.count() == 1
}

/// The join by one key, both ways. Where the parent refers back, its own derive says the same, and either
/// join would be the other's rival: then they are told apart by a number, and no query finds them.
fn link(
    model: &Model<'_>,
    key: &ForeignKeyAttr,
    parent: &TokenStream,
    table: &TokenStream,
) -> Option<TokenStream> {
    let DieselTable::Emitted(module) = &model.diesel else {
        return None;
    };
    let [column] = &key.columns[..] else {
        return None;
    };
    let mut fields = model.fields.iter().filter(|field| !field.is_embedded());
    let field = fields.find(|field| field.column.name == column.name)?;
    let column = field.diesel_column();
    let target = &key.reference.model;
    let span = at(target.span());
    let ident = model.ident;
    let problem = format!(
        "`{}` refers to `{ident}`, too, and diesel joins two tables by one key\n\
         say `#[model(joinable = false)]` on this field or on the other",
        quote!(#target).to_string().replace(' ', "")
    );
    let parents = quote_spanned!(span=> <#parent as __migrate::DieselTable>::PARENTS);
    let mutual = quote_spanned! {span=>
        __migrate::contains(#parents, <#ident as __migrate::DieselTable>::PATH)
    };
    let parent = quote_spanned!(span=> <#parent as __migrate::DieselTable>::Table);
    Some(quote_spanned! {span=>
        const _: () = if #mutual { __migrate::refuse(#problem) };
        #[automatically_derived]
        impl __migrate::JoinedByOneKey<#parent, { #mutual as u8 }> for #table {
            type Key = #module::#column;
            type Side = __migrate::Child;
        }
        #[automatically_derived]
        impl __migrate::JoinedByOneKey<#table, { 2 * #mutual as u8 }> for #parent {
            type Key = #module::#column;
            type Side = __migrate::Parent;
        }
    })
}
