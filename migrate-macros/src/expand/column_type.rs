//! `derive(ColumnType)`: a newtype is stored as what it wraps.

use super::{at, diesel_type};
use crate::ast::crate_path;
use crate::attr::column_type::ColumnTypeAttrs;
use crate::attr::diesel::DieselField;
use crate::ctxt::Ctxt;
use crate::fallback;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use std::collections::BTreeSet;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Field, GenericParam, Member, Type, TypeGenerics};

/// `#[derive(ColumnType)]`.
pub(crate) fn column_type(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::new();
    let attrs = ColumnTypeAttrs::read(&cx, &input.attrs);
    let krate = attrs.krate;
    let expanded = expand(&cx, input, &crate_path(krate.as_ref()));
    match (cx.check(), expanded) {
        (Ok(()), Some(tokens)) => tokens,
        (Ok(()), None) => TokenStream::new(),
        (Err(error), _) => {
            let mut tokens = error.into_compile_error();
            tokens.extend(fallback::column_type(input, krate.as_ref()));
            tokens
        }
    }
}

fn expand(cx: &Ctxt, input: &DeriveInput, krate: &TokenStream) -> Option<TokenStream> {
    if let Some(lifetime) = input.generics.lifetimes().next() {
        cx.error(
            lifetime.span(),
            "the value of a column is loaded from the database, so the newtype owns it",
        );
        return None;
    }
    if let Some(clause) = &input.generics.where_clause {
        cx.error(
            clause.span(),
            "write the bounds where the parameters are named: `struct Id<T: Trait>`",
        );
        return None;
    }
    let newtype = Newtype::read(cx, input)?;
    let inner = &newtype.field.ty;
    if diesel_type::option_argument(inner).is_some() {
        cx.error(
            inner.span(),
            "put the `Option` around the newtype, not into it: a column says whether it may be NULL",
        );
        return None;
    }
    let (ident, parameters, arguments) = (&input.ident, &newtype.parameters, &newtype.arguments);
    let by_trait = quote_spanned!(at(inner.span())=> <#inner as #krate::private::ColumnType>);
    // A bound without parameters would be asked at once, and not by the consts that blame the field.
    let bound =
        (newtype.wraps_a_parameter).then(|| quote!(where #inner: #krate::private::ColumnType));
    let diesel = diesel(cx, input, &newtype, krate)?;
    Some(quote! {
        const _: () = {
            #[automatically_derived]
            impl<#(#parameters),*> #krate::private::ColumnType for #ident #arguments #bound {
                const TYPE: #krate::private::TypeDef = #by_trait::TYPE;
                const NULLABLE: bool = #by_trait::NULLABLE;
                const ENUM: ::core::option::Option<#krate::private::EnumDef> = #by_trait::ENUM;
            }
        };
        #krate::private::if_diesel! { #diesel }
    })
}

fn diesel(
    cx: &Ctxt,
    input: &DeriveInput,
    newtype: &Newtype<'_>,
    krate: &TokenStream,
) -> Option<TokenStream> {
    let Newtype {
        field,
        member,
        markers,
        parameters,
        arguments,
        wraps_a_parameter,
    } = newtype;
    let (ident, vis, inner) = (&input.ident, &input.vis, &field.ty);
    let macro_name = quote!(#krate::private::diesel_newtype);
    let explicit = DieselField::read(&input.attrs).sql_type;
    if *wraps_a_parameter && explicit.is_none() {
        return Some(quote! {
            #macro_name!([#(#parameters,)*] #ident #arguments, of __ST, #member, #inner, [#(#markers),*]);
        });
    }
    let alias = diesel_type::sql_type_name(ident);
    let sql_type = match &explicit {
        Some(explicit) => diesel_type::explicit(explicit),
        None => cx.take(diesel_type::of(inner, &[]))?,
    };
    let sql_type = sql_type.in_place(krate);
    let assertion = explicit.is_none().then(|| {
        quote_spanned! {at(inner.span())=>
            const _: () = <
                <#inner as #krate::private::DieselType>::Sql as #krate::private::SameSqlType<#sql_type>
            >::SAME;
        }
    });
    let doc = format!(" The diesel type of `{ident}`.");
    Some(quote! {
        #[doc = #doc]
        #[allow(unreachable_pub, dead_code)]
        #vis type #alias = #sql_type;
        #assertion
        #macro_name!([#(#parameters,)*] #ident #arguments, #alias, #member, #inner, [#(#markers),*]);
    })
}

/// A struct with one field that is stored; others are `PhantomData`.
struct Newtype<'a> {
    field: &'a Field,
    member: Member,
    markers: Vec<Member>,
    /// Its parameters, without defaults.
    parameters: Vec<GenericParam>,
    /// `<T>`, behind its name.
    arguments: TypeGenerics<'a>,
    /// Whether what is stored depends on a parameter: `Wrapper<T>(T)`, not `Id<T>(i64, PhantomData<T>)`.
    wraps_a_parameter: bool,
}

impl<'a> Newtype<'a> {
    fn read(cx: &Ctxt, input: &'a DeriveInput) -> Option<Self> {
        let fields: Vec<&Field> = match &input.data {
            Data::Struct(data) => data.fields.iter().collect(),
            Data::Enum(_) => {
                cx.error(
                    input.ident.span(),
                    "`ColumnType` is for newtypes; an enum derives `SqlEnum`",
                );
                return None;
            }
            Data::Union(_) => Vec::new(),
        };
        let member = |at: usize, field: &Field| match &field.ident {
            Some(ident) => Member::Named(ident.clone()),
            None => Member::from(at),
        };
        let (markers, stored): (Vec<_>, Vec<_>) = (fields.into_iter().enumerate())
            .map(|(at, field)| (member(at, field), field))
            .partition(|(_, field)| is_marker(&field.ty));
        let [(member, field)] = stored.as_slice() else {
            cx.error(
                input.ident.span(),
                "a newtype has one field, beside any `PhantomData`",
            );
            return None;
        };
        let mut parameters: Vec<GenericParam> = input.generics.params.iter().cloned().collect();
        let mut names = BTreeSet::new();
        for parameter in &mut parameters {
            match parameter {
                GenericParam::Type(parameter) => {
                    parameter.default = None;
                    names.insert(parameter.ident.to_string());
                }
                GenericParam::Const(parameter) => {
                    parameter.default = None;
                    names.insert(parameter.ident.to_string());
                }
                GenericParam::Lifetime(_) => {}
            }
        }
        Some(Self {
            wraps_a_parameter: mentions(field.ty.to_token_stream(), &names),
            field,
            member: member.clone(),
            markers: markers.into_iter().map(|(member, _)| member).collect(),
            parameters,
            arguments: input.generics.split_for_impl().1,
        })
    }
}

fn is_marker(ty: &Type) -> bool {
    let Type::Path(path) = ty else {
        return false;
    };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident == "PhantomData")
}

/// Whether one of the names is among the tokens.
fn mentions(tokens: TokenStream, names: &BTreeSet<String>) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.contains(&ident.to_string()),
        TokenTree::Group(group) => mentions(group.stream(), names),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
