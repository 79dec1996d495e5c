//! Coming and going.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Me, Reply,
    body::Optional,
    cookie::{REFRESH, none, signed_in},
};
use crate::{
    chat::{
        engine::{admission, handle::Chat},
        person::account::{self, Registration},
        session,
    },
    dialect::native::{Native, payload::session::Tokens, problem::Problem},
    model::{
        error::{Ban, Doubt, Error},
        session::Client,
        text::name::{Email, Username},
    },
    wire::{
        body::{Json, Query},
        caller::{Visitor, origin_allowed},
        fields::{Fields, Shape},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(password))
}

#[derive(ToSchema)]
#[schema(as = native::NewAccount)]
struct NewAccount {
    #[schema(example = "ann")]
    username: String,
    #[schema(example = "correct horse")]
    password: String,
    #[schema(example = "ann@example.com")]
    email: Option<String>,
    #[schema(example = "Annie")]
    nickname: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = native::Login)]
struct Login {
    /// The username, or the e-mail address in `email`.
    #[schema(example = "ann")]
    username: Option<String>,
    email: Option<String>,
    #[schema(example = "correct horse")]
    password: String,
}

#[derive(Default, ToSchema)]
#[schema(as = native::Refresh)]
struct Refresh {
    /// Not needed when the cookie carries it.
    refresh_token: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = native::NewPassword)]
struct NewPassword {
    old_password: String,
    #[schema(example = "battery staple")]
    new_password: String,
}

struct Cookies(bool);

/// Make an account, and sign in
#[utoipa::path(post, path = "/v1/auth/register", tag = "native", security(()),
    params(("cookie" = Option<bool>, Query, description = "Set cookies, too")),
    request_body = NewAccount,
    responses(
        (status = 201, body = Tokens),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json")))]
async fn register(
    State(chat): State<Chat>,
    visitor: Visitor,
    Query { value: Cookies(cookies), .. }: Query<Native, Cookies>,
    Json { value: new, .. }: Json<Native, NewAccount>,
) -> Reply<Response> {
    let paid = admission::registration(&chat, visitor.device.address)?;
    let registration = Registration {
        username: Username::parse(&new.username)?,
        email: new.email.as_deref().map(Email::parse).transpose()?,
        password: new.password,
        shortest: chat.rules().native_password_min,
        nickname: new.nickname,
    };
    let proved = account::register(&chat, paid, registration).await?;
    let known = session::open(&chat, &proved, visitor.device).await?;
    let location = [(header::LOCATION, "/v1/me")];
    let answer = signed_in(&chat, &known, cookies);
    Ok((StatusCode::CREATED, location, answer).into_response())
}

/// Sign in by username or e-mail address
#[utoipa::path(post, path = "/v1/auth/login", tag = "native", security(()),
    params(("cookie" = Option<bool>, Query, description = "Set cookies, too")),
    request_body = Login,
    responses(
        (status = 200, body = Tokens),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json")))]
async fn login(
    State(chat): State<Chat>,
    visitor: Visitor,
    Query { value: Cookies(cookies), .. }: Query<Native, Cookies>,
    Json { value: login, .. }: Json<Native, Login>,
) -> Reply<Response> {
    let name = login.username.or(login.email).unwrap_or_default();
    let result = account::sign_in(&chat, &name, &login.password, visitor.device).await;
    // One answer for both, so that nobody learns here who has an account.
    let known = result.map_err(|error| match error {
        Error::Unauthenticated(_) => Error::Unauthenticated(Doubt::WrongPassword),
        other => other,
    })?;
    Ok(signed_in(&chat, &known, cookies))
}

/// Exchange a refresh token, which is used up by it
#[utoipa::path(post, path = "/v1/auth/refresh", tag = "native", security(()),
    params(("cookie" = Option<bool>, Query, description = "Set cookies, too")),
    request_body = Option<Refresh>,
    responses(
        (status = 200, body = Tokens),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json")))]
async fn refresh(
    State(chat): State<Chat>,
    headers: HeaderMap,
    jar: CookieJar,
    Query { value: Cookies(cookies), .. }: Query<Native, Cookies>,
    Optional(given): Optional<Refresh>,
) -> Reply<Response> {
    let from_cookie = given.refresh_token.is_none();
    let cookie = jar.get(REFRESH).map(|it| it.value().to_owned()).filter(|it| !it.is_empty());
    let token = given.refresh_token.or(cookie).ok_or(Error::Unauthenticated(Doubt::NoToken))?;
    // A foreign page may make a browser send its cookie, but not know it.
    if from_cookie && !origin_allowed(&headers, &chat.rules().origins) {
        return Err(Error::Forbidden(Ban::Origin).into());
    }
    let known = session::refresh(&chat, &token, Client::Native).await?;
    Ok(signed_in(&chat, &known, cookies || from_cookie))
}

/// End this session: its tokens are dead, its sockets close
#[utoipa::path(post, path = "/v1/auth/logout", tag = "native",
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
async fn logout(State(chat): State<Chat>, Me { me, .. }: Me) -> Reply<Response> {
    session::end(&chat, me).await?;
    Ok((StatusCode::NO_CONTENT, none(&chat)).into_response())
}

/// Change the password, and end all other sessions
#[utoipa::path(post, path = "/v1/auth/password", tag = "native",
    request_body = NewPassword,
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn password(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Json { value: new, .. }: Json<Native, NewPassword>,
) -> Reply<StatusCode> {
    let shortest = chat.rules().native_password_min;
    let (old, new) = (Some(new.old_password.as_str()), new.new_password.as_str());
    account::change_password(&chat, me, account::NewPassword { old, new, shortest }).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Shape for NewAccount {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (username, password) = (fields.text("username"), fields.text("password"));
        let (email, nickname) = (fields.text_opt("email"), fields.text_opt("nickname"));
        fields.only(&["username", "password", "email", "nickname"]);
        Some(Self { username: username?, password: password?, email: email?, nickname: nickname? })
    }
}

impl Shape for Login {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (username, email) = (fields.text_opt("username"), fields.text_opt("email"));
        let password = fields.text("password");
        fields.only(&["username", "email", "password"]);
        let login = Self { username: username?, email: email?, password: password? };
        if login.username.is_none() && login.email.is_none() {
            fields.refuse("username", "username or email is required");
            return None;
        }
        Some(login)
    }
}

impl Shape for Refresh {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let refresh_token = fields.text_opt("refresh_token");
        fields.only(&["refresh_token"]);
        Some(Self { refresh_token: refresh_token? })
    }
}

impl Shape for NewPassword {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (old, new) = (fields.text("old_password"), fields.text("new_password"));
        fields.only(&["old_password", "new_password"]);
        Some(Self { old_password: old?, new_password: new? })
    }
}

impl Shape for Cookies {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self(fields.bool_opt("cookie")?.unwrap_or(false)))
    }
}
