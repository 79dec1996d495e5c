//! `#[derive(Shape)]` writes the reader of a request from the fields of its struct.
//!
//! ```ignore
//! #[derive(Shape, ToSchema)]
//! #[shape(closed, check = Login::names_somebody)]
//! struct Login {
//!     username: Option<String>,
//!     email: Option<String>,
//!     #[shape(characters(8, 72))]
//!     password: String,
//!     #[shape(default)]
//!     remember: bool,
//! }
//! ```
//!
//! A field is required unless it is an `Option` or has a `default`. Absent and null are both
//! `None`; where they must differ, write `Option<Option<T>>`: `None` is absent, `Some(None)` is
//! null. The reader reads every field before it gives up, so the client hears of all its mistakes
//! at once, in the order of the fields. Any type that is a `wire::fields::Field` can be a field.
//!
//! On the struct:
//!
//! - `closed`: a field that is not in the struct is refused.
//! - `check = path`: a rule across fields, `fn(&Self, &mut Fields<'_>)`, asked when every field
//!   could be read. It calls `fields.refuse(…)`.
//! - `into = Type`: that type is read by this shape, too, and made of it by `From`; for what the
//!   core asks for, which knows nothing of requests.
//!
//! On a field, how it is read; at most one of these:
//!
//! - `characters(least, most)`: a text of so many characters; `characters(least)` has no end.
//! - `number(least, most)`: a whole number from the one to the other.
//! - `one_of = TABLE`: one of the words of a table `[(&str, T); N]`.
//! - `with = path`: by `fn(&mut Fields<'_>, &str) -> Option<T>`, which gets the field's name.
//! - `flatten`: the fields of another shape, beside the own ones. That shape is not closed.
//! - `skip`: not read; the value is the type's default.
//!
//! And besides:
//!
//! - `name = "type"`: what the client calls it, when it is not what we call it.
//! - `default` or `default = value`: what an absent field or null is.
//! - `bound = bound`: what the document says of the value, when the reader leaves the check to
//!   the core. `rules`, the settings that reach the core, may be named in it.
//!
//! The derived code names `crate::wire::fields`, so it is for Parlor's own crate alone.
mod attribute;
mod expand;
mod operation;

use proc_macro::TokenStream;
use quote::quote;
use syn::{DeriveInput, ItemFn, parse_macro_input};

/// See the documentation of this crate.
#[proc_macro_derive(Shape, attributes(shape))]
pub fn shape(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::shape(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes an operation of a function: `async fn(&Chat, Actor, Request) -> Result<Answer, Error>`.
///
/// ```text
/// /// Say something else instead; what was there before is kept
/// #[operation(event = "message:edit", patch = "/v1/messages/{message_id}", body,
///     refuses(403, 404, 422))]
/// async fn edit(chat: &Chat, me: Actor, it: Edit) -> Result<Named<Message>, Error> { … }
/// ```
///
/// - `event = "…"` is the event that asks for it. `costs = allowance`, if that is not what events
///   cost; `at_once`, if it need not wait for what the same socket has sent before.
/// - `get`, `put`, `post`, `patch` or `delete = "…"` is its route. The fields of the request that
///   the path does not name come in the query of a `get`; with `body` or `body_if_any` in a body.
///   `key = field` is the field that the header `Idempotency-Key` fills.
/// - The comment of the function describes the route: the first line is its summary.
///   `refuses(403, 404 = "…")` are the problems that it may answer with, besides those that every
///   route may; `answers(200 = "…")` says what a status means here.
#[proc_macro_attribute]
pub fn operation(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let mut doors = operation::Doors::default();
    let parser = syn::meta::parser(|meta| doors.read(&meta));
    parse_macro_input!(attribute with parser);
    let function = parse_macro_input!(item as ItemFn);
    let expanded = operation::operation(&doors, &function);
    let with_problem = |error: syn::Error| {
        let problem = error.into_compile_error();
        // The function stays, or each of its callers would complain besides.
        quote!(#function #problem)
    };
    expanded.unwrap_or_else(with_problem).into()
}

#[cfg(test)]
mod tests;
