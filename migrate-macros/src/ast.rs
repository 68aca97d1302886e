//! The model as the rules and the expansion see it: attributes and fields brought together.
//!
//! Names of fields in attributes are resolved to columns here; whether the whole makes sense is
//! asked by `check`.

use crate::attr::diesel::{DieselField, DieselModel};
use crate::attr::field::FieldAttrs;
use crate::attr::index::{IndexAttr, IndexPart};
use crate::attr::item::nearest;
use crate::attr::model::{
    CheckAttr, ColumnAttr, ForeignKeyAttr, ModelAttrs, TableOptions, UniqueAttr,
};
use crate::attr::value::{ColumnRef, Reference};
use crate::ctxt::Ctxt;
use crate::names;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitStr, Path, Type};

/// A struct that derives `Model`.
pub(crate) struct Model<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) table: Table,
    pub(crate) diesel: DieselTable,
    /// The backends it says it is used on, in diesel's names; none where it does not say.
    pub(crate) backends: Vec<String>,
    pub(crate) fields: Vec<Field<'a>>,
    /// Columns without a field.
    pub(crate) columns: Vec<ColumnAttr>,
    /// Empty where the table has none.
    pub(crate) primary_key: Vec<ColumnRef>,
    /// `no_primary_key`: what diesel tells rows apart by all the same.
    pub(crate) diesel_key: Option<Vec<ColumnRef>>,
    pub(crate) uniques: Vec<UniqueAttr>,
    pub(crate) indexes: Vec<IndexAttr>,
    pub(crate) checks: Vec<Check>,
    pub(crate) foreign_keys: Vec<ForeignKeyAttr>,
    pub(crate) renamed_from: Option<LitStr>,
    pub(crate) comment: Option<LitStr>,
    pub(crate) options: TableOptions,
    /// Whether joins to parents are written.
    pub(crate) joinable: bool,
    pub(crate) embedded: bool,
    pub(crate) unlisted: bool,
    /// Names of columns that are no field: of an embedded struct, if they exist.
    pub(crate) unresolved: Vec<ColumnRef>,
}

/// The name of the table.
pub(crate) struct Table {
    pub(crate) span: Span,
    pub(crate) schema: Option<String>,
    pub(crate) name: String,
}

impl Table {
    /// As `schema = ".."` says.
    fn in_schema(mut self, cx: &Ctxt, said: Option<LitStr>) -> Self {
        let Some(said) = said else { return self };
        let (name, value) = (&self.name, said.value());
        if let Some(already) = &self.schema {
            let problem =
                format!("the schema is said twice: `table = \"{already}.{name}\"` has it");
            cx.error(said.span(), problem);
        } else if value.is_empty() || value.contains('.') {
            let problem =
                "the name of one schema is expected, without the table: `schema = \"sales\"`";
            cx.error(said.span(), problem);
        } else {
            self.schema = Some(value);
        }
        self
    }
}

/// What there is of `diesel::table!`.
pub(crate) enum DieselTable {
    /// No table of diesel is known: nothing of diesel is emitted.
    None,
    /// The derive writes it, as a module of this name.
    Emitted(Ident),
    /// The user keeps it, at this path.
    Kept(Path),
}

/// A check, and the field it is written on.
pub(crate) struct Check {
    pub(crate) column: Option<String>,
    pub(crate) attr: CheckAttr,
}

/// A field that is a column, or columns of an embedded struct.
pub(crate) struct Field<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) column: ColumnRef,
    pub(crate) attrs: FieldAttrs,
    pub(crate) diesel: DieselField,
    /// Its documentation.
    pub(crate) docs: Vec<&'a Attribute>,
}

impl Field<'_> {
    /// Whether it stands for the columns of another struct.
    pub(crate) fn is_embedded(&self) -> bool {
        self.diesel.embed || self.attrs.embed == Some(true)
    }

    /// A reference to the column, by the name of the field.
    fn own(&self) -> ColumnRef {
        ColumnRef {
            name: self.name(),
            span: self.ident.span(),
        }
    }

    /// What the field says of its reference becomes part of the foreign key.
    fn hand_over_actions(&mut self, key: &mut ForeignKeyAttr) {
        key.on_delete = self.attrs.on_delete.take();
        key.on_update = self.attrs.on_update.take();
        key.deferrable = self.attrs.deferrable.take().map(|(_, when)| when);
        key.joinable = self
            .attrs
            .joinable
            .take()
            .is_none_or(|(_, joinable)| joinable);
    }

    /// The field's name as people write it.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// The column's name in `diesel::table!`.
    pub(crate) fn diesel_column(&self) -> &Ident {
        self.diesel.column_name.as_ref().unwrap_or(self.ident)
    }
}

/// The crate that emitted code refers to.
pub(crate) fn crate_path(krate: Option<&Path>) -> TokenStream {
    krate.map_or_else(|| quote!(::migrate_runtime), ToTokens::to_token_stream)
}

impl<'a> Model<'a> {
    /// Brings a struct and its attributes together; `None` after an error that leaves nothing to go
    /// on with.
    pub(crate) fn from_input(cx: &Ctxt, input: &'a DeriveInput, attrs: ModelAttrs) -> Option<Self> {
        let fields = named_fields(cx, input)?;
        let diesel_attrs = DieselModel::read(&input.attrs);
        let ModelAttrs {
            table,
            schema,
            diesel_table,
            primary_key,
            no_primary_key,
            indexes,
            uniques,
            checks,
            foreign_keys,
            columns,
            renamed_from,
            comment,
            options,
            joinable,
            embedded,
            unlisted,
            krate: _,
        } = attrs;
        let mut model = Self {
            ident: &input.ident,
            table: table_name(&input.ident, table, diesel_table.as_ref(), &diesel_attrs)
                .in_schema(cx, schema),
            diesel: diesel_use(diesel_table.as_ref(), &diesel_attrs),
            backends: diesel_attrs.backends.clone(),
            fields: fields
                .iter()
                .filter_map(|field| Field::from_syn(cx, field))
                .collect(),
            columns,
            primary_key: Vec::new(),
            diesel_key: None,
            uniques,
            indexes,
            checks: checks
                .into_iter()
                .map(|attr| Check { column: None, attr })
                .collect(),
            foreign_keys,
            renamed_from,
            comment,
            options,
            joinable: joinable.unwrap_or(true),
            embedded: embedded.unwrap_or_default(),
            unlisted: unlisted.unwrap_or_default(),
            unresolved: Vec::new(),
        };
        let on_struct = primary_key.is_some();
        model.choose_primary_key(cx, primary_key, &diesel_attrs);
        if no_primary_key == Some(true) {
            model.leave_out_primary_key(cx, on_struct, &diesel_attrs);
        }
        model.gather_from_fields();
        model.add_parents(&diesel_attrs);
        model.resolve(cx);
        Some(model)
    }

    /// The columns of the key: said on the struct, in diesel's words, on fields, or `id`.
    fn choose_primary_key(
        &mut self,
        cx: &Ctxt,
        said: Option<Vec<ColumnRef>>,
        diesel: &DieselModel,
    ) {
        let on_fields: Vec<ColumnRef> = self
            .fields
            .iter()
            .filter(|field| field.attrs.primary_key.is_some())
            .map(Field::own)
            .collect();
        let in_diesel = diesel.primary_key.as_ref().map(|columns| {
            let column = |ident: &Ident| ColumnRef {
                name: ident.unraw().to_string(),
                span: ident.span(),
            };
            columns.iter().map(column).collect::<Vec<_>>()
        });
        if let (Some(said), Some(field)) = (&said, on_fields.first()) {
            let span = said.first().map_or(field.span, |column| column.span);
            cx.error(
                span,
                "the primary key is given on the struct and on a field; keep one",
            );
        }
        self.primary_key = if let Some(said) = said {
            said
        } else if !on_fields.is_empty() {
            on_fields
        } else if let Some(in_diesel) = in_diesel {
            in_diesel
        } else {
            self.fields
                .iter()
                .filter(|field| field.name() == "id" || field.column.name == "id")
                .map(Field::own)
                .take(1)
                .collect()
        };
    }

    /// A table without a key. `diesel::table!` cannot do without one: what diesel's own attribute says,
    /// or all columns.
    fn leave_out_primary_key(&mut self, cx: &Ctxt, on_struct: bool, diesel: &DieselModel) {
        let said = std::mem::take(&mut self.primary_key);
        let on_field = self
            .fields
            .iter()
            .any(|field| field.attrs.primary_key.is_some());
        if let Some(column) = said.first().filter(|_| on_struct || on_field) {
            cx.error(
                column.span,
                "the model has a primary key and says `no_primary_key`; keep one",
            );
        }
        self.diesel_key = Some(if diesel.primary_key.is_some() {
            said
        } else {
            let fields = self.fields.iter().filter(|field| !field.is_embedded());
            fields.map(Field::own).collect()
        });
    }

    /// Moves what fields say about constraints and indexes to the lists of the table.
    fn gather_from_fields(&mut self) {
        for field in &mut self.fields {
            let own = field.own();
            self.uniques.append(&mut field.attrs.uniques);
            self.indexes.append(&mut field.attrs.indexes);
            let checks = field.attrs.checks.drain(..).map(|attr| Check {
                column: Some(field.column.name.clone()),
                attr,
            });
            self.checks.extend(checks);
            if let Some((span, reference)) = field.attrs.references.take() {
                let mut key = ForeignKeyAttr::new(span, vec![own], reference);
                field.hand_over_actions(&mut key);
                self.foreign_keys.push(key);
            }
        }
    }

    /// Makes a foreign key of each `belongs_to`, unless the column has one that says more.
    fn add_parents(&mut self, diesel: &DieselModel) {
        for parent in &diesel.belongs_to {
            let Some(last) = parent.parent.segments.last() else {
                continue;
            };
            let column = match &parent.foreign_key {
                Some(ident) => ColumnRef {
                    name: ident.unraw().to_string(),
                    span: ident.span(),
                },
                None => ColumnRef {
                    name: names::snake(&last.ident.to_string()) + "_id",
                    span: last.ident.span(),
                },
            };
            let name = self
                .find(&column.name)
                .unwrap_or_else(|| column.name.clone());
            let has_one = self
                .foreign_keys
                .iter()
                .any(|key| match key.columns.as_slice() {
                    [only] => self.find(&only.name).as_deref() == Some(name.as_str()),
                    _ => false,
                });
            if !has_one {
                let reference = Reference {
                    model: parent.parent.clone(),
                    columns: Vec::new(),
                };
                let mut key = ForeignKeyAttr::new(parent.parent.span(), vec![column], reference);
                let mut fields = self.fields.iter_mut();
                if let Some(field) = fields.find(|field| field.column.name == name) {
                    field.hand_over_actions(&mut key);
                }
                self.foreign_keys.push(key);
            }
        }
    }

    /// The column of that field or column.
    fn find(&self, name: &str) -> Option<String> {
        let by_field = self.fields.iter().find(|field| field.name() == name);
        let known = by_field
            .map(|field| &field.column)
            .or_else(|| {
                let mut columns = self.columns().map(|(column, _)| column);
                columns.find(|column| column.name == name)
            })
            .map(|column| column.name.clone());
        // diesel's name of a column, where it is neither the field's nor the database's.
        let in_diesel = || {
            let field = self.fields.iter().find(|field| {
                let ident = field.diesel.column_name.as_ref();
                ident.is_some_and(|ident| ident.unraw() == name)
            });
            field.map(|field| field.column.name.clone())
        };
        known.or_else(in_diesel)
    }

    /// All columns with the index of their definition, those of embedded structs left out.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&ColumnRef, usize)> {
        let fields = self.fields.iter().enumerate();
        let fields = fields.filter(|(_, field)| !field.is_embedded());
        let fields = fields.map(|(at, field)| (&field.column, at));
        let count = self.fields.len();
        let more = self.columns.iter().enumerate();
        fields.chain(more.map(move |(at, column)| (&column.name, count + at)))
    }

    /// Whether there are columns that only the compiler knows.
    pub(crate) fn has_embedded(&self) -> bool {
        self.fields.iter().any(Field::is_embedded)
    }

    /// Turns every reference to a field into the name of its column.
    fn resolve(&mut self, cx: &Ctxt) {
        let mut references: Vec<ColumnRef> = Vec::new();
        self.each_reference(&mut |reference| references.push(reference.clone()));
        let mut resolved = Vec::new();
        let mut unresolved = Vec::new();
        for reference in references {
            let found = self.find(&reference.name);
            if found.is_none() && self.has_embedded() {
                unresolved.push(reference.clone());
            } else if found.is_none() {
                cx.error(reference.span, self.no_such_field(&reference.name));
            }
            resolved.push(found.unwrap_or(reference.name));
        }
        self.unresolved = unresolved;
        let mut resolved = resolved.into_iter();
        self.each_reference(&mut |reference| {
            if let Some(name) = resolved.next() {
                reference.name = name;
            }
        });
    }

    fn no_such_field(&self, name: &str) -> String {
        let fields: Vec<String> = self.fields.iter().map(Field::name).collect();
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let guess = match nearest(name, &fields).as_slice() {
            [near, ..] => format!("; did you mean `{near}`?"),
            [] => String::new(),
        };
        format!("`{}` has no field `{name}`{guess}", self.ident)
    }

    fn each_reference(&mut self, visit: &mut dyn FnMut(&mut ColumnRef)) {
        self.primary_key.iter_mut().for_each(&mut *visit);
        let diesel_key = self.diesel_key.iter_mut().flatten();
        diesel_key.for_each(&mut *visit);
        for unique in &mut self.uniques {
            unique.columns.iter_mut().for_each(&mut *visit);
            unique.include.iter_mut().for_each(&mut *visit);
        }
        for index in &mut self.indexes {
            for key in &mut index.key {
                if let IndexPart::Column(column) = &mut key.what {
                    visit(column);
                }
            }
            index.include.iter_mut().for_each(&mut *visit);
        }
        for key in &mut self.foreign_keys {
            key.columns.iter_mut().for_each(&mut *visit);
        }
    }
}

impl<'a> Field<'a> {
    fn from_syn(cx: &Ctxt, field: &'a syn::Field) -> Option<Self> {
        let ident = field.ident.as_ref()?;
        let diesel = DieselField::read(&field.attrs);
        let own = ColumnRef {
            name: ident.unraw().to_string(),
            span: ident.span(),
        };
        let attrs = FieldAttrs::read(cx, &field.attrs, &own);
        if attrs.skip == Some(true) || diesel.select_expression {
            return None;
        }
        let column = match (&attrs.column, &diesel.column_name) {
            (Some(text), _) => ColumnRef {
                name: text.value(),
                span: ident.span(),
            },
            (None, Some(name)) => ColumnRef {
                name: name.unraw().to_string(),
                span: ident.span(),
            },
            (None, None) => own,
        };
        Some(Self {
            ident,
            ty: &field.ty,
            column,
            attrs,
            diesel,
            docs: field
                .attrs
                .iter()
                .filter(|attribute| attribute.path().is_ident("doc"))
                .collect(),
        })
    }
}

fn named_fields<'a>(
    cx: &Ctxt,
    input: &'a DeriveInput,
) -> Option<&'a syn::punctuated::Punctuated<syn::Field, syn::Token![,]>> {
    let Data::Struct(data) = &input.data else {
        cx.error(input.ident.span(), "a model is a struct");
        return None;
    };
    let Fields::Named(fields) = &data.fields else {
        cx.error(input.ident.span(), "the fields of a model have names");
        return None;
    };
    Some(&fields.named)
}

fn table_name(
    ident: &Ident,
    said: Option<LitStr>,
    diesel_table: Option<&Path>,
    diesel: &DieselModel,
) -> Table {
    let last = |path: &Path| path.segments.last().map(|segment| segment.ident.clone());
    if let Some(text) = said {
        let value = text.value();
        let (schema, name) = match value.split_once('.') {
            Some((schema, name)) => (Some(schema.to_owned()), name.to_owned()),
            None => (None, value),
        };
        return Table {
            span: text.span(),
            schema,
            name,
        };
    }
    let named = diesel.table_name.as_ref().and_then(last);
    match named.or_else(|| diesel_table.and_then(last)) {
        Some(name) => Table {
            span: name.span(),
            schema: None,
            name: name.unraw().to_string(),
        },
        None => Table {
            span: ident.span(),
            schema: None,
            name: names::table_of(&ident.unraw().to_string()),
        },
    }
}

/// A `table!` is written for a `table_name` of one segment, unless the user keeps one.
fn diesel_use(diesel_table: Option<&Path>, diesel: &DieselModel) -> DieselTable {
    if let Some(path) = diesel_table {
        return DieselTable::Kept(path.clone());
    }
    match &diesel.table_name {
        None => DieselTable::None,
        Some(path) => match path.get_ident() {
            Some(ident) => DieselTable::Emitted(ident.clone()),
            None => DieselTable::Kept(path.clone()),
        },
    }
}
