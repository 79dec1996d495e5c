//! The implementation that is derived.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Data, DataStruct, DeriveInput, Error, Fields, Result, Type};

use crate::attribute::{Default, Entry, Reader, Rules, inside_option};

pub fn shape(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(DataStruct { fields: Fields::Named(fields), .. }) = &input.data else {
        let problem = "`Shape` is derived for a struct with named fields";
        return Err(Error::new_spanned(&input.ident, problem));
    };
    let rules = Rules::read(&input.attrs)?;
    let entries = fields.named.iter().map(Entry::read).collect::<Result<Vec<_>>>()?;
    let (name, is_closed) = (&input.ident, rules.is_closed);
    let (generics, arguments, condition) = input.generics.split_for_impl();
    let (read, names, bounds) = (read(&rules, &entries), names(&entries), bounds(&entries));
    let into = rules.into.iter().map(|it| into(name, it));
    Ok(quote! {
        #(#into)*
        #[automatically_derived]
        impl #generics crate::wire::fields::Shape for #name #arguments #condition {
            const IS_CLOSED: bool = #is_closed;
            #read
            #names
            #bounds
        }
    })
}

/// Another type, read by the shape of this one.
fn into(name: &Ident, ty: &Type) -> TokenStream {
    let shape = quote!(crate::wire::fields::Shape);
    quote! {
        #[automatically_derived]
        impl #shape for #ty {
            const IS_CLOSED: bool = <#name as #shape>::IS_CLOSED;

            fn read(
                fields: &mut crate::wire::fields::Fields<'_>,
            ) -> ::core::option::Option<Self> {
                <#name as #shape>::read(fields).map(::core::convert::Into::into)
            }

            fn names() -> ::std::vec::Vec<&'static str> {
                <#name as #shape>::names()
            }

            fn bounds(
                rules: &crate::chat::engine::rules::Rules,
            ) -> ::std::vec::Vec<(&'static str, crate::wire::fields::bound::Bound)> {
                <#name as #shape>::bounds(rules)
            }
        }
    }
}

/// All getters come before the first `?`, so that all mistakes are noted.
fn read(rules: &Rules, entries: &[Entry<'_>]) -> TokenStream {
    // Hidden from the expressions in attributes, which may mean something else by the name.
    let fields = Ident::new("fields", Span::mixed_site());
    let local = |it: &Entry<'_>| Ident::new(&format!("field_{}", it.name()), Span::mixed_site());
    let getters = entries.iter().map(|it| {
        let (local, value) = (local(it), it.value(&fields));
        quote!(let #local = #value;)
    });
    let members = entries.iter().map(|it| {
        let (ident, local) = (it.ident, local(it));
        quote!(#ident: #local?)
    });
    let only = rules
        .is_closed
        .then(|| quote!(#fields.only(&<Self as crate::wire::fields::Shape>::names());));
    let check = rules.check.iter().map(|check| quote!(#check(&whole, #fields);));
    quote! {
        fn read(#fields: &mut crate::wire::fields::Fields<'_>) -> ::core::option::Option<Self> {
            #(#getters)*
            #only
            let whole = Self { #(#members),* };
            #(#check)*
            ::core::option::Option::Some(whole)
        }
    }
}

fn names(entries: &[Entry<'_>]) -> TokenStream {
    let each = entries.iter().filter_map(|it| {
        let (name, ty) = (&it.name, it.ty);
        match it.reader {
            Reader::Skip => None,
            Reader::Flatten => {
                Some(quote!(names.extend(<#ty as crate::wire::fields::Shape>::names());))
            }
            _ => Some(quote!(names.push(#name);)),
        }
    });
    quote! {
        fn names() -> ::std::vec::Vec<&'static str> {
            let mut names = ::std::vec::Vec::new();
            #(#each)*
            names
        }
    }
}

fn bounds(entries: &[Entry<'_>]) -> TokenStream {
    // Seen by the expression of `bound = …`, which may name it.
    let rules = Ident::new("rules", Span::call_site());
    let each = entries.iter().filter_map(|it| {
        let (name, ty) = (&it.name, it.ty);
        if let Reader::Flatten = it.reader {
            let inner = quote!(<#ty as crate::wire::fields::Shape>::bounds(#rules));
            return Some(quote!(bounds.extend(#inner);));
        }
        let bound = it.bound()?;
        Some(quote!(bounds.extend(#bound.map(|it| (#name, it)));))
    });
    quote! {
        fn bounds(
            #rules: &crate::chat::engine::rules::Rules,
        ) -> ::std::vec::Vec<(&'static str, crate::wire::fields::bound::Bound)> {
            // Most shapes have no bound that asks for the settings.
            let _ = #rules;
            let mut bounds = ::std::vec::Vec::new();
            #(#each)*
            bounds
        }
    }
}

impl Entry<'_> {
    fn name(&self) -> String {
        self.ident.to_string().trim_start_matches("r#").to_owned()
    }

    fn may_be_absent(&self) -> bool {
        self.default.is_some() || inside_option(self.ty).is_some()
    }

    /// What reads it, as an `Option` that is `None` when something is wrong.
    fn value(&self, fields: &Ident) -> TokenStream {
        let read = self.reader(fields);
        match &self.default {
            None => read,
            Some(Default::OfType) => quote!(#read.map(::core::option::Option::unwrap_or_default)),
            Some(Default::Value(value)) => quote!(#read.map(|it| it.unwrap_or_else(|| #value))),
        }
    }

    fn reader(&self, fields: &Ident) -> TokenStream {
        let (name, ty) = (&self.name, self.ty);
        let getter = |required: &str, optional: &str| {
            let name = if self.may_be_absent() { optional } else { required };
            Ident::new(name, Span::call_site())
        };
        match &self.reader {
            Reader::Plain if self.default.is_some() => quote! {
                <::core::option::Option<#ty> as crate::wire::fields::Field>::read(#fields, #name)
            },
            Reader::Plain => quote!(<#ty as crate::wire::fields::Field>::read(#fields, #name)),
            Reader::Characters(least, most) => {
                let getter = getter("text_between", "text_between_opt");
                let most = most.as_ref().map_or_else(|| quote!(usize::MAX), |it| quote!(#it));
                quote!(#fields.#getter(#name, #least, #most))
            }
            Reader::Number(least, most) => {
                let getter = getter("int_between", "int_between_opt");
                quote!(#fields.#getter(#name, #least, #most))
            }
            Reader::OneOf(table) => {
                let getter = getter("one_of", "one_of_opt");
                quote!(#fields.#getter(#name, &#table))
            }
            Reader::With(path) => quote!(#path(#fields, #name)),
            Reader::Flatten => quote! {{
                const { assert!(
                    !<#ty as crate::wire::fields::Shape>::IS_CLOSED,
                    "a flattened shape would refuse the fields beside its own: it must not be closed",
                ) };
                <#ty as crate::wire::fields::Shape>::read(#fields)
            }},
            Reader::Skip => quote! {
                ::core::option::Option::Some(<#ty as ::core::default::Default>::default())
            },
        }
    }

    /// What the document says of it, as an `Option`.
    fn bound(&self) -> Option<TokenStream> {
        let ty = inside_option(self.ty).map_or(self.ty, |it| inside_option(it).unwrap_or(it));
        let bound = match (&self.bound, &self.reader) {
            (Some(bound), _) => quote!(#bound),
            (None, Reader::Characters(least, most)) => {
                let most = most.as_ref().map_or_else(|| quote!(usize::MAX), |it| quote!(#it));
                quote!(crate::wire::fields::bound::Bound::Characters(#least, #most))
            }
            (None, Reader::Number(least, most)) => {
                quote!(crate::wire::fields::bound::Bound::Number(#least, #most))
            }
            (None, Reader::OneOf(table)) => {
                quote!(crate::wire::fields::bound::Bound::known(&#table))
            }
            (None, Reader::Plain) => {
                return Some(quote!(<#ty as crate::wire::fields::Field>::bound()));
            }
            (None, Reader::With(_) | Reader::Flatten | Reader::Skip) => return None,
        };
        Some(quote!(::core::option::Option::Some(#bound)))
    }
}
