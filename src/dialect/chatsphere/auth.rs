//! `/auth`: coming and going. People sign in with their e-mail address, or with their
//! handle in its place.
//!
//! The description's `/auth/register`, `/auth/login` and `/auth/logout` are other products'
//! paths as well; [`register`], [`login`] and [`logout`] are this product's part of them.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    ChatSphere, Me, Reply,
    envelope::{self, Envelope, Refused},
    payload::User,
    stamp,
};
use crate::{
    chat::{
        engine::{admission, handle::Chat},
        person::{
            account::{self, Registration},
            profile,
        },
        session,
    },
    model::{
        error::{Clash, Error},
        session::{Client, SignedIn as Known, Tokens},
        text::name::{Email, Username},
    },
    wire::{
        body::Json,
        caller::Visitor,
        failure::Failure,
        fields::{Fields, Shape, bound::Bound},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(sign_up))
        .routes(routes!(sign_in))
        .routes(routes!(refresh))
        .routes(routes!(sign_out))
        .routes(routes!(oauth2))
}

/// What this product's clients send to register.
#[derive(Shape, ToSchema)]
#[schema(as = chatsphere::Register)]
pub(super) struct Register {
    #[schema(value_type = String, example = "ann@example.com")]
    email: Email,
    /// At least three letters and digits.
    #[schema(example = "ann")]
    #[shape(bound = Bound::Characters(SHORTEST_USERNAME, Username::LONGEST))]
    username: String,
    #[schema(example = "Ann")]
    #[shape(characters(0, profile::LONGEST_NICKNAME))]
    display_name: String,
    /// At least six characters.
    #[schema(example = "pass1234")]
    #[shape(bound = Bound::password(rules, SHORTEST_PASSWORD))]
    password: String,
}

#[derive(Shape, ToSchema)]
#[schema(as = chatsphere::Login)]
struct Login {
    /// Or the handle.
    #[schema(example = "ann@example.com")]
    #[shape(with = named)]
    email: String,
    #[schema(example = "pass1234")]
    password: String,
}

#[derive(Shape, ToSchema)]
#[schema(as = chatsphere::Refresh)]
pub(super) struct Refresh {
    refresh_token: String,
}

#[derive(Shape, ToSchema)]
#[schema(as = chatsphere::OAuth2)]
struct OAuth2 {
    #[schema(example = "github")]
    provider: String,
    #[schema(example = "the provider's token")]
    access_token: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::Tokens)]
pub(super) struct Pair {
    access_token: String,
    refresh_token: String,
    #[schema(example = "bearer")]
    token_type: &'static str,
    /// Seconds.
    #[schema(example = 1800)]
    expires_in: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = chatsphere::SignedIn)]
struct SignedIn {
    user: User,
    #[serde(flatten)]
    tokens: Pair,
}

/// Registers by a body that was read already; for the path that several products claim.
pub async fn register(
    State(chat): State<Chat>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // This path is another's, so the layer that does this elsewhere is not in front of it.
    stamp::stamped(async {
        match reread(headers, body).await {
            Ok(new) => said(make(&chat, visitor, new).await),
            Err(failure) => failure.into_response(),
        }
    })
    .await
}

/// Signs in by a body that was read already; for the path that several products claim.
pub async fn login(
    State(chat): State<Chat>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    stamp::stamped(async {
        match reread(headers, body).await {
            Ok(login) => said(admit(&chat, visitor, login).await),
            Err(failure) => failure.into_response(),
        }
    })
    .await
}

/// Ends the session; for the path that several products claim.
pub async fn logout(State(chat): State<Chat>, me: Result<Me, Failure<ChatSphere>>) -> Response {
    stamp::stamped(async {
        match me {
            Ok(me) => said(leave(&chat, me).await),
            Err(failure) => failure.into_response(),
        }
    })
    .await
}

/// Make an account, and sign in
#[utoipa::path(post, path = "/api/v1/auth/register", tag = "chatsphere", security(()),
    request_body = Register,
    responses((status = 201, body = Envelope<SignedIn>),
        (status = 400, description = "The handle or the password will not do", body = Refused),
        (status = 409, description = "Taken", body = Refused),
        (status = 422, body = Refused), (status = 429, body = Refused)))]
async fn sign_up(
    State(chat): State<Chat>,
    visitor: Visitor,
    Json { value: new, .. }: Json<ChatSphere, Register>,
) -> Reply<Response> {
    make(&chat, visitor, new).await
}

/// Sign in, with the e-mail address or the handle
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "chatsphere", security(()),
    request_body = Login,
    responses((status = 200, body = Envelope<SignedIn>), (status = 401, body = Refused),
        (status = 422, body = Refused),
        (status = 429, description = "Too many wrong passwords", body = Refused)))]
async fn sign_in(
    State(chat): State<Chat>,
    visitor: Visitor,
    Json { value: login, .. }: Json<ChatSphere, Login>,
) -> Reply<Response> {
    admit(&chat, visitor, login).await
}

/// Exchange the refresh token, which is used up by it
#[utoipa::path(post, path = "/api/v1/auth/token/refresh", tag = "chatsphere", security(()),
    request_body = Refresh,
    responses((status = 200, body = Envelope<Pair>), (status = 401, body = Refused),
        (status = 422, body = Refused)))]
pub(super) async fn refresh(
    State(chat): State<Chat>,
    Json { value: presented, .. }: Json<ChatSphere, Refresh>,
) -> Reply<Response> {
    match session::refresh::rotate(&chat, &presented.refresh_token, Client::ChatSphere).await {
        Ok(known) => {
            let pair = Pair::from(known.tokens);
            Ok(envelope::wrap(envelope::OK, "Token刷新成功", pair).into_response())
        }
        Err(Error::Unauthenticated(_)) => {
            // The original says 400 and means this; its client never asks.
            let status = StatusCode::UNAUTHORIZED;
            Ok(envelope::refused(status, envelope::BAD_TOKEN, "无效的刷新令牌"))
        }
        Err(error) => Err(error.into()),
    }
}

/// End the session: its tokens are dead, its sockets close
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "chatsphere",
    responses((status = 200, body = Envelope<Option<String>>), (status = 401, body = Refused),
        (status = 403, body = Refused)))]
async fn sign_out(State(chat): State<Chat>, me: Me) -> Reply<Response> {
    leave(&chat, me).await
}

/// Sign in with another service, of which there is none
#[utoipa::path(post, path = "/api/v1/auth/oauth2/login", tag = "chatsphere", security(()),
    request_body = OAuth2,
    responses((status = 400, body = Refused), (status = 422, body = Refused)))]
async fn oauth2(Json { value: wanted, .. }: Json<ChatSphere, OAuth2>) -> Response {
    // Refused whatever they say.
    let OAuth2 { provider, access_token } = wanted;
    drop((provider, access_token));
    envelope::refused(StatusCode::BAD_REQUEST, envelope::BAD_REQUEST, "不支持的OAuth提供商")
}

async fn make(chat: &Chat, visitor: Visitor, new: Register) -> Reply<Response> {
    if let Some(refusal) = unfit(&new) {
        return Ok(refusal);
    }
    let paid = admission::registration(chat, visitor.device.address)?;
    let registration = Registration {
        username: Username::parse(&new.username)?,
        email: Some(new.email.clone()),
        password: new.password,
        shortest: shortest_password(chat),
        nickname: Some(new.display_name),
    };
    let proved = match account::register(chat, paid, registration).await {
        // Of two things that are taken this client expects to hear of the address.
        Err(Error::Taken(Clash::Username)) if account::is_known(chat, &new.email).await? => {
            return Err(Error::Taken(Clash::Email).into());
        }
        result => result?,
    };
    let known = session::open(chat, &proved, visitor.with(Client::ChatSphere)).await?;
    let data = SignedIn::from(known);
    let answer = envelope::wrap(envelope::CREATED, "注册成功", data);
    Ok((StatusCode::CREATED, answer).into_response())
}

async fn admit(chat: &Chat, visitor: Visitor, login: Login) -> Reply<Response> {
    let device = visitor.with(Client::ChatSphere);
    match account::sign_in(chat, &login.email, &login.password, device).await {
        Ok(known) => {
            let data = SignedIn::from(known);
            Ok(envelope::wrap(envelope::OK, "登录成功", data).into_response())
        }
        Err(error @ Error::TooMany { .. }) => {
            // Made as any other refusal first, because that adds `Retry-After`.
            let mut answer = Failure::<ChatSphere>::from(error).into_response();
            let body = envelope::refused(
                StatusCode::TOO_MANY_REQUESTS,
                envelope::TOO_MANY,
                "登录尝试过于频繁，请稍后再试",
            );
            *answer.body_mut() = body.into_body();
            Ok(answer)
        }
        Err(error) => Err(error.into()),
    }
}

async fn leave(chat: &Chat, Me { me, .. }: Me) -> Reply<Response> {
    session::end(chat, me).await?;
    Ok(envelope::wrap(envelope::OK, "退出登录成功", json!(null)).into_response())
}

const SHORTEST_USERNAME: usize = 3;
pub(super) const SHORTEST_PASSWORD: usize = 6;

/// The original asks for six characters, and an operator may ask for more.
pub(super) fn shortest_password(chat: &Chat) -> usize {
    SHORTEST_PASSWORD.max(chat.rules().password_min)
}

/// What this product refuses in words of its own, and others accept.
fn unfit(new: &Register) -> Option<Response> {
    let (code, message, field, requirement) = if !is_plain(&new.username) {
        let requirement = "3到32个字符，只能包含字母和数字";
        (envelope::BAD_REQUEST, "用户名格式不正确", "username", requirement)
    } else if new.password.chars().count() < SHORTEST_PASSWORD {
        (envelope::WEAK_PASSWORD, "密码强度不足", "password", "至少6个字符")
    } else {
        return None;
    };
    let data = json!({"field": field, "requirement": requirement});
    Some(envelope::with_data(StatusCode::BAD_REQUEST, code, message, Some(data)))
}

fn is_plain(username: &str) -> bool {
    (SHORTEST_USERNAME..=Username::LONGEST).contains(&username.chars().count())
        // This is the original's rule alone: other surfaces let people call themselves more.
        && username.chars().all(char::is_alphanumeric)
}

async fn reread<T: Shape>(headers: HeaderMap, body: Bytes) -> Result<T, Failure<ChatSphere>> {
    let mut request = Request::new(Body::from(body));
    *request.headers_mut() = headers;
    Ok(Json::<ChatSphere, T>::from_request(request, &()).await?.value)
}

fn said(reply: Reply<Response>) -> Response {
    reply.unwrap_or_else(IntoResponse::into_response)
}

/// This client's form calls the address a user name, and so do some who fill it in.
fn named(fields: &mut Fields<'_>, email: &str) -> Option<String> {
    let is_username = fields.raw(email).is_none() && fields.raw("username").is_some();
    fields.text(if is_username { "username" } else { email })
}

impl From<Known> for SignedIn {
    fn from(known: Known) -> Self {
        Self { user: User::from(&known.account), tokens: Pair::from(known.tokens) }
    }
}

impl From<Tokens> for Pair {
    fn from(tokens: Tokens) -> Self {
        Self {
            access_token: tokens.access,
            refresh_token: tokens.refresh,
            token_type: "bearer",
            expires_in: tokens.expires_in,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_has_three_letters_or_digits_at_least() {
        for good in ["ann", "Ann7", "张三丰", "a2345678901234567890123456789012"] {
            assert!(is_plain(good), "{good}");
        }
        for bad in ["", "ab", "a b", "a_b", "ann!", "a23456789012345678901234567890123"] {
            assert!(!is_plain(bad), "{bad}");
        }
    }
}
