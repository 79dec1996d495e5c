//! What several products share of accounts, in shapes that have the keys of all of them.
//! Refusals are worded as `discord` does.

use axum::{
    Json as Body,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::OpenApi};

use crate::{
    chat::{
        engine::{admission, handle::Chat, rules::Rules},
        person::account::{self, Registration},
        session::{self, password},
    },
    dialect::discord::{
        Discord,
        auth::{self, Login, Token},
    },
    model::{
        person::account as person,
        text::name::{Email, Username},
    },
    wire::{
        body::Json,
        caller::{Caller, Visitor},
        document::bind_shape,
        failure::Failure,
        fastapi::detail,
        fields::{Fields, Shape, bound::Bound},
        spelling::seconds_z,
    },
};

type Reply<T> = Result<T, Failure<Discord>>;

#[derive(Shape, ToSchema)]
pub(super) struct Register {
    #[schema(example = "ann")]
    #[shape(bound = Bound::Characters(1, Username::LONGEST))]
    username: String,
    /// At least four characters.
    #[schema(example = "pass1234")]
    #[shape(with = read_password, bound = Bound::password(rules, password::SHORTEST))]
    password: String,
    #[schema(value_type = String, example = "ann@example.com")]
    #[shape(with = read_email, bound = Bound::Email(Email::LONGEST))]
    email: Option<Email>,
}

/// `chatroom` says `user_id` and `nickname` for what is `id` and `display_name` to `discord`.
#[derive(Serialize, ToSchema)]
pub(super) struct Account {
    #[schema(example = 1)]
    id: i64,
    #[schema(example = 1)]
    user_id: i64,
    #[schema(example = "ann")]
    username: String,
    #[schema(example = "ann@example.com")]
    email: Option<String>,
    #[schema(example = "ann")]
    display_name: String,
    nickname: Option<String>,
    bio: Option<String>,
    status: Option<String>,
    avatar_url: Option<String>,
    #[schema(example = "2026-11-20T23:49:58Z")]
    created_at: String,
    #[schema(example = "2026-11-20T23:49:58Z")]
    updated_at: String,
}

/// `chatroom` says `msg`; the other keys are those of an envelope.
#[derive(Serialize, ToSchema)]
pub(super) struct Farewell {
    #[schema(example = "Successfully logged out")]
    msg: &'static str,
    #[schema(example = 20000)]
    code: u32,
    #[schema(example = "退出登录成功")]
    message: &'static str,
    data: (),
}

pub(super) async fn register(
    State(chat): State<Chat>,
    visitor: Visitor,
    Json { value: new, .. }: Json<Discord, Register>,
) -> Reply<Response> {
    if let Some(refusal) = blank(&new) {
        return Ok(refusal);
    }
    let paid = admission::registration(&chat, visitor.device.address)?;
    let registration = Registration {
        username: Username::parse(&new.username)?,
        email: new.email,
        password: new.password,
        shortest: chat.rules().password_min,
        nickname: None,
    };
    let proved = account::register(&chat, paid, registration).await?;
    Ok((StatusCode::CREATED, Body(Account::from(proved.account()))).into_response())
}

/// The same as with a form, but JSON.
pub(super) async fn sign_in(
    chat: State<Chat>,
    visitor: Visitor,
    Json { value: login, .. }: Json<Discord, Login>,
) -> Reply<Body<Token>> {
    auth::sign_in(chat, visitor, login).await
}

pub(super) async fn logout(
    State(chat): State<Chat>,
    Caller { me, .. }: Caller<Discord>,
) -> Reply<Body<Farewell>> {
    session::end(&chat, me).await?;
    Ok(Body(Farewell {
        msg: "Successfully logged out",
        code: 20_000,
        message: "退出登录成功",
        data: (),
    }))
}

pub(super) fn bound(document: &mut OpenApi, rules: &Rules) {
    bind_shape::<Register>(document, rules);
}

/// `chatroom` has a sentence of its own for an empty field.
fn blank(new: &Register) -> Option<Response> {
    let fields = [
        ("Username", new.username.trim().is_empty()),
        ("Password", new.password.trim().is_empty()),
        ("Email", new.email.is_none()),
    ];
    let (name, _) = fields.into_iter().find(|it| it.1)?;
    Some(detail(StatusCode::UNPROCESSABLE_ENTITY, &format!("{name} can not be empty")))
}

impl From<person::Account> for Account {
    fn from(account: person::Account) -> Self {
        Self {
            id: account.id.0,
            user_id: account.id.0,
            display_name: account.nickname.clone().unwrap_or_else(|| account.username.clone()),
            username: account.username,
            email: account.email,
            nickname: account.nickname,
            bio: account.bio,
            status: account.status,
            avatar_url: account.avatar_url,
            created_at: seconds_z(account.created_at),
            updated_at: seconds_z(account.updated_at),
        }
    }
}

// What is empty gets its sentence later.

fn read_password(fields: &mut Fields<'_>, name: &str) -> Option<String> {
    fields.text_min(name, if is_blank(fields, name) { 0 } else { password::SHORTEST })
}

#[expect(clippy::option_option, reason = "what is wrong, and what is absent, are two things")]
fn read_email(fields: &mut Fields<'_>, name: &str) -> Option<Option<Email>> {
    if is_blank(fields, name) {
        return fields.text(name).map(|_| None);
    }
    fields.email(name).map(Some)
}

fn is_blank(fields: &Fields<'_>, name: &str) -> bool {
    fields.raw(name).is_some_and(|it| it.as_str().is_some_and(|it| it.trim().is_empty()))
}
