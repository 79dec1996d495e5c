//! What a wrong attribute is answered with. What the derived readers do is tested where they
//! are used, in `src/wire/fields/derived.rs`.

use quote::ToTokens;
use syn::{DeriveInput, parse_quote};

fn complaint(input: &DeriveInput) -> String {
    match crate::expand::shape(input) {
        Ok(code) => panic!("{}", code.into_token_stream()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn only_a_struct_with_named_fields_has_a_shape() {
    let problem = "`Shape` is derived for a struct with named fields";
    assert_eq!(
        complaint(&parse_quote!(
            enum Choice {
                One,
                Two,
            }
        )),
        problem
    );
    assert_eq!(
        complaint(&parse_quote!(
            struct Pair(String, String);
        )),
        problem
    );
}

#[test]
fn an_unknown_word_is_answered_with_the_known_ones() {
    let of_struct = complaint(&parse_quote! {
        #[shape(shut)]
        struct Login { name: String }
    });
    assert_eq!(of_struct, "a struct has `closed`, `check = path` and `into = Type`");
    let of_field = complaint(&parse_quote! {
        struct Login { #[shape(length(1, 5))] name: String }
    });
    assert!(of_field.starts_with("a field has `characters`, `number`"), "{of_field}");
}

#[test]
fn what_does_not_go_together_is_refused() {
    let twice = complaint(&parse_quote! {
        struct Login { #[shape(characters(1, 5), one_of = WORDS)] name: String }
    });
    assert_eq!(twice, "a field is read in one way");
    let spread = complaint(&parse_quote! {
        struct Login { #[shape(flatten, name = "page")] page: Page }
    });
    assert_eq!(spread, "a field that is not read by itself has no name, default or bound");
    let special = complaint(&parse_quote! {
        struct Login { #[shape(with = limit, default)] limit: u64 }
    });
    assert_eq!(special, "the reader of `with` decides what an absent field is");
    let absent = complaint(&parse_quote! {
        struct Login { #[shape(default)] limit: Option<i64> }
    });
    assert_eq!(absent, "an `Option` is `None` when it is absent, and has no other default");
}

#[test]
fn limits_come_in_twos() {
    let none = complaint(&parse_quote! { struct It { #[shape(characters())] name: String } });
    assert_eq!(none, "write the least and the most, with a comma between them");
    let three = complaint(&parse_quote! { struct It { #[shape(number(1, 2, 3))] it: i64 } });
    assert_eq!(three, "write the least and the most, with a comma between them");
    let one = complaint(&parse_quote! { struct It { #[shape(number(1))] it: i64 } });
    assert_eq!(one, "write `number(least, most)`");
}
