//! `#[operation(…)]`: what the two doors need to know of a function.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{
    Attribute, Error, Expr, ExprLit, FnArg, GenericArgument, Ident, ItemFn, Lit, LitInt, LitStr,
    Meta, PathArguments, Result, ReturnType, Token, Type, meta::ParseNestedMeta, parenthesized,
    punctuated::Punctuated,
};

/// What the attribute says.
#[derive(Default)]
pub struct Doors {
    event: Option<Expr>,
    costs: Option<Expr>,
    at_once: bool,
    route: Option<(Ident, LitStr)>,
    body: Body,
    key: Option<Ident>,
    refusals: Vec<LitInt>,
    remarks: Vec<(LitInt, LitStr)>,
}

#[derive(Default)]
enum Body {
    #[default]
    None,
    Needed,
    IfAny,
}

const FORM: &str = "an operation is `async fn(&Chat, Actor, Request) -> Result<Answer, Error>`";
const WORDS: &str = "an operation has `event`, `costs` and `at_once`, one of `get`, `put`, \
    `post`, `patch` and `delete`, and `body`, `body_if_any`, `key`, `answers(…)` and `refuses(…)`";

impl Doors {
    pub fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let word = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match word.as_str() {
            "event" => self.event = Some(meta.value()?.parse()?),
            "costs" => self.costs = Some(meta.value()?.parse()?),
            "at_once" => self.at_once = true,
            "get" | "put" | "post" | "patch" | "delete" => {
                let method = format_ident!("{}{}", word[..1].to_uppercase(), word[1..]);
                if self.route.replace((method, meta.value()?.parse()?)).is_some() {
                    return Err(meta.error("an operation has one route"));
                }
            }
            "body" => self.body = Body::Needed,
            "body_if_any" => self.body = Body::IfAny,
            "key" => self.key = Some(meta.value()?.parse()?),
            "answers" => {
                self.statuses(meta)?;
            }
            "refuses" => {
                let statuses = self.statuses(meta)?;
                self.refusals.extend(statuses);
            }
            _ => return Err(meta.error(WORDS)),
        }
        Ok(())
    }

    /// Statuses with a comma between them; one that says more than its name has a remark.
    fn statuses(&mut self, meta: &ParseNestedMeta<'_>) -> Result<Vec<LitInt>> {
        let content;
        parenthesized!(content in meta.input);
        let mut statuses = Vec::new();
        while !content.is_empty() {
            let status: LitInt = content.parse()?;
            if content.peek(Token![=]) {
                content.parse::<Token![=]>()?;
                self.remarks.push((status.clone(), content.parse()?));
            }
            statuses.push(status);
            if !content.is_empty() {
                content.parse::<Token![,]>()?;
            }
        }
        Ok(statuses)
    }
}

pub fn operation(doors: &Doors, function: &ItemFn) -> Result<TokenStream> {
    let (name, visibility) = (&function.sig.ident, &function.vis);
    if doors.event.is_none() && doors.route.is_none() {
        return Err(Error::new_spanned(name, "an operation has an event, a route, or both"));
    }
    let (answer, taken) = (answer(function)?, request(function)?);
    // The function may be called what a parameter would be.
    let parameter = |name| Ident::new(name, Span::mixed_site());
    let (chat, me, asked) = (parameter("chat"), parameter("me"), parameter("request"));
    let event = event(doors);
    let route = route(doors, &function.attrs)?;
    let keyed = doors.key.as_ref().map(|field| {
        quote! {
            fn keyed(mut request: Self::Request, key: ::uuid::Uuid) -> Self::Request {
                request.#field.get_or_insert(key);
                request
            }
        }
    });
    // A type may be called what a function is called, so lists of operations name the function.
    Ok(quote! {
        #function

        #[doc(hidden)]
        #[allow(non_camel_case_types, reason = "it is called what the function is called")]
        #visibility enum #name {}

        #[automatically_derived]
        impl crate::dialect::native::operation::Operation for #name {
            type Request = #taken;
            type Answer = #answer;

            const EVENT: ::core::option::Option<crate::dialect::native::operation::Event> = #event;
            const ROUTE: ::core::option::Option<crate::dialect::native::operation::Route> = #route;

            fn run(
                #chat: &crate::chat::engine::handle::Chat,
                #me: crate::model::actor::Actor,
                #asked: Self::Request,
            ) -> impl ::core::future::Future<
                Output = ::core::result::Result<Self::Answer, crate::model::error::Error>,
            > + ::core::marker::Send {
                #name(#chat, #me, #asked)
            }

            #keyed
        }
    })
}

fn event(doors: &Doors) -> TokenStream {
    let Some(name) = &doors.event else { return quote!(::core::option::Option::None) };
    let costs = doors.costs.as_ref().map(|it| quote!(.costs(#it)));
    let at_once = doors.at_once.then(|| quote!(.at_once()));
    quote!(::core::option::Option::Some(crate::dialect::native::operation::Event::named(#name) #costs #at_once))
}

fn route(doors: &Doors, attributes: &[Attribute]) -> Result<TokenStream> {
    let Some((method, path)) = &doors.route else {
        return Ok(quote!(::core::option::Option::None));
    };
    let (summary, description) = described(attributes);
    if summary.is_empty() {
        return Err(Error::new(
            Span::call_site(),
            "a route is described by its function's comment",
        ));
    }
    let description = description.map_or_else(
        || quote!(::core::option::Option::None),
        |it| quote!(::core::option::Option::Some(#it)),
    );
    let takes = match doors.body {
        Body::Needed => quote!(Body),
        Body::IfAny => quote!(BodyIfAny),
        Body::None if method == "Get" => quote!(Query),
        Body::None => quote!(Nothing),
    };
    let (heeds_key, refusals) = (doors.key.is_some(), &doors.refusals);
    let remarks = doors.remarks.iter().map(|(status, remark)| quote!((#status, #remark)));
    Ok(quote! {
        ::core::option::Option::Some(crate::dialect::native::operation::Route {
            method: crate::dialect::native::operation::Method::#method,
            path: #path,
            summary: #summary,
            description: #description,
            takes: crate::wire::body::Takes::#takes,
            heeds_key: #heeds_key,
            refusals: &[#(#refusals),*],
            remarks: &[#(#remarks),*],
        })
    })
}

/// The first line of a comment, and what follows after an empty one.
fn described(attributes: &[Attribute]) -> (String, Option<String>) {
    let lines: Vec<String> = attributes
        .iter()
        .filter_map(|it| match &it.meta {
            Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
                Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) => {
                    Some(line.value().trim().to_owned())
                }
                _ => None,
            },
            _ => None,
        })
        .collect();
    let summary = lines.first().cloned().unwrap_or_default();
    let rest = lines.get(1..).unwrap_or_default().join("\n").trim().to_owned();
    (summary, (!rest.is_empty()).then_some(rest))
}

/// The type of the third parameter: what is asked for.
fn request(function: &ItemFn) -> Result<&Type> {
    match function.sig.inputs.iter().nth(2) {
        Some(FnArg::Typed(it)) => Ok(&it.ty),
        _ => Err(Error::new_spanned(&function.sig, FORM)),
    }
}

/// `A` of `Result<A, Error>`.
fn answer(function: &ItemFn) -> Result<&Type> {
    let problem = || Error::new_spanned(&function.sig, FORM);
    let ReturnType::Type(_, ty) = &function.sig.output else { return Err(problem()) };
    let Type::Path(path) = &**ty else { return Err(problem()) };
    let last = path.path.segments.last().ok_or_else(problem)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return Err(problem()) };
    let arguments: &Punctuated<GenericArgument, Token![,]> = &arguments.args;
    match (function.sig.asyncness, arguments.first()) {
        (Some(_), Some(GenericArgument::Type(ty))) => Ok(ty),
        _ => Err(problem()),
    }
}
