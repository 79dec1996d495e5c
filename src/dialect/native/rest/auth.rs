//! Coming and going.

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Me, Reply,
    cookie::{REFRESH, none, signed_in},
};
use crate::{
    chat::{
        engine::{admission, handle::Chat},
        person::{
            account::{self, Registration},
            profile,
        },
        session::{self, password},
    },
    dialect::native::{Native, payload::session::Tokens, problem::Problem},
    model::{
        error::{Ban, Doubt, Error},
        session::Client,
        text::name::{Email, Username},
    },
    wire::{
        body::{self, Json, Query, Takes},
        caller::{Visitor, origin_allowed},
        fields::{Fields, Shape, bound::Bound},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(change_password))
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::NewAccount)]
pub struct NewAccount {
    #[schema(example = "ann")]
    #[shape(bound = Bound::Characters(1, Username::LONGEST))]
    username: String,
    #[schema(example = "correct horse")]
    #[shape(bound = Bound::Characters(rules.native_password_min, password::LONGEST))]
    password: String,
    #[schema(example = "ann@example.com")]
    #[shape(bound = Bound::Email(Email::LONGEST))]
    email: Option<String>,
    #[schema(example = "Annie")]
    #[shape(bound = Bound::up_to(profile::LONGEST_NICKNAME))]
    nickname: Option<String>,
}

#[derive(Shape, ToSchema)]
#[shape(closed, check = Login::check)]
#[schema(as = native::Login)]
struct Login {
    /// The username, or the e-mail address in `email`.
    #[schema(example = "ann")]
    username: Option<String>,
    email: Option<String>,
    #[schema(example = "correct horse")]
    password: String,
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::Refresh)]
struct Refresh {
    /// Not needed when the cookie carries it.
    refresh_token: Option<String>,
}

#[derive(Shape, ToSchema)]
#[shape(closed)]
#[schema(as = native::NewPassword)]
pub struct NewPassword {
    old_password: String,
    #[schema(example = "battery staple")]
    #[shape(bound = Bound::Characters(rules.native_password_min, password::LONGEST))]
    new_password: String,
}

#[derive(Shape)]
struct Cookies {
    #[shape(default)]
    cookie: bool,
}

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
    Query { value: Cookies { cookie: cookies }, .. }: Query<Native, Cookies>,
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
    Query { value: Cookies { cookie: cookies }, .. }: Query<Native, Cookies>,
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
    jar: CookieJar,
    Query { value: Cookies { cookie: cookies }, .. }: Query<Native, Cookies>,
    request: Request,
) -> Reply<Response> {
    let (mut parts, body) = request.into_parts();
    // A browser that has the cookie need not send any body.
    let given: Refresh = body::whole::<Native, _>(&mut parts, body, Takes::BodyIfAny).await?;
    let from_cookie = given.refresh_token.is_none();
    let cookie = jar.get(REFRESH).map(|it| it.value().to_owned()).filter(|it| !it.is_empty());
    let token = given.refresh_token.or(cookie).ok_or(Error::Unauthenticated(Doubt::NoToken))?;
    // A foreign page may make a browser send its cookie, but not know it.
    if from_cookie && !origin_allowed(&parts.headers, &chat.rules().origins) {
        return Err(Error::Forbidden(Ban::Origin).into());
    }
    let known = session::refresh::rotate(&chat, &token, Client::Native).await?;
    // Whoever came by the cookie finds the next token there, too.
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
async fn change_password(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Json { value: new, .. }: Json<Native, NewPassword>,
) -> Reply<StatusCode> {
    let shortest = chat.rules().native_password_min;
    let (old, new) = (Some(new.old_password.as_str()), new.new_password.as_str());
    account::change_password(&chat, me, account::NewPassword { old, new, shortest }).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Login {
    fn check(&self, fields: &mut Fields<'_>) {
        if self.username.is_none() && self.email.is_none() {
            fields.refuse("username", "username or email is required");
        }
    }
}
