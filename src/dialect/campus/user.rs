//! `/user`: coming and going. The handle is called `user_id` here, and the name that is
//! shown `username`.

use axum::{
    Json as Body,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{Campus, cookie};
use crate::{
    chat::{
        engine::{admission, handle::Chat},
        person::{
            account::{self, Registration},
            profile,
        },
        session::{self, password},
    },
    model::{
        error::{Ban, Error},
        person::account::Account,
        session::Client,
        text::name::Username,
    },
    wire::{
        body::Json,
        caller::{Visitor, is_foreign},
        failure::{Carrier, Dialect, Failure},
        fastapi::{HttpError, detail, validation_error::ValidationError},
        fields::{Shape, bound::Bound},
    },
};

type Reply<T> = Result<T, Failure<Campus>>;

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(logout))
        .routes(routes!(refresh_token))
}

#[derive(Shape, ToSchema)]
#[schema(as = campus::Register)]
pub(super) struct Register {
    #[schema(example = "u1")]
    #[shape(bound = Bound::Characters(1, Username::LONGEST))]
    user_id: String,
    #[schema(example = "User 1")]
    #[shape(bound = Bound::up_to(profile::LONGEST_NICKNAME))]
    username: String,
    /// At least four characters.
    #[schema(example = "pass")]
    #[shape(characters(password::SHORTEST), bound = Bound::password(rules, password::SHORTEST))]
    password: String,
}

#[derive(Shape, ToSchema)]
#[schema(as = campus::Login)]
struct Login {
    #[schema(example = "u1")]
    user_id: String,
    #[schema(example = "pass")]
    password: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = campus::Person)]
struct Person {
    id: Uuid,
    #[schema(example = "u1")]
    user_id: String,
    #[schema(example = "User 1")]
    username: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = campus::Done)]
struct Done {
    #[schema(example = "Logged out successfully")]
    message: &'static str,
}

/// Make an account, and sign in
#[utoipa::path(post, path = "/user/register", tag = "campus", security(()),
    request_body = Register,
    responses((status = 201, description = "Both cookies are set", body = Person),
        (status = 400, description = "Taken", body = HttpError),
        (status = 422, body = ValidationError), (status = 429, body = HttpError)))]
async fn register(
    State(chat): State<Chat>,
    visitor: Visitor,
    Json { value: new, .. }: Json<Campus, Register>,
) -> Reply<Response> {
    let paid = admission::registration(&chat, visitor.device.address)?;
    let registration = Registration {
        username: Username::parse(&new.user_id)?,
        // Nobody is asked for one here. Without it `chatsphere` lets them in by their handle.
        email: None,
        password: new.password,
        shortest: chat.rules().password_min,
        nickname: Some(new.username),
    };
    let proved = account::register(&chat, paid, registration).await?;
    // The client takes somebody who has registered for signed in.
    let known = session::open(&chat, &proved, visitor.with(Client::Campus)).await?;
    let body = Body(Person::from(&known.account));
    Ok((StatusCode::CREATED, cookie::both(&chat, &known.tokens), body).into_response())
}

/// Sign in
#[utoipa::path(post, path = "/user/login", tag = "campus", security(()),
    request_body = Login,
    responses((status = 200, description = "Both cookies are set", body = Person),
        (status = 401, body = HttpError), (status = 422, body = ValidationError),
        (status = 429, body = HttpError)))]
async fn login(
    State(chat): State<Chat>,
    visitor: Visitor,
    Json { value: login, .. }: Json<Campus, Login>,
) -> Reply<(CookieJar, Body<Person>)> {
    let device = visitor.with(Client::Campus);
    let known = account::sign_in(&chat, &login.user_id, &login.password, device).await?;
    Ok((cookie::both(&chat, &known.tokens), Body(Person::from(&known.account))))
}

/// End the session, if there is one
#[utoipa::path(post, path = "/user/logout", tag = "campus", security(()),
    responses((status = 200, description = "Both cookies are cleared", body = Done),
        (status = 403, description = "A foreign page asks", body = HttpError)))]
async fn logout(
    State(chat): State<Chat>,
    uri: Uri,
    headers: HeaderMap,
    jar: CookieJar,
) -> Reply<(CookieJar, Body<Done>)> {
    // Nobody need be signed in here, so no caller has been checked for this yet.
    refuse_foreign(&chat, &headers)?;
    end_session(&chat, &uri, &headers, &jar).await?;
    Ok((cookie::none(&chat), Body(Done { message: "Logged out successfully" })))
}

/// Exchange the refresh token, which is used up by it
#[utoipa::path(post, path = "/user/refresh-token", tag = "campus", security(()),
    responses((status = 200, description = "Both cookies are renewed", body = Done),
        (status = 401, body = HttpError),
        (status = 403, description = "A foreign page asks", body = HttpError)))]
async fn refresh_token(
    State(chat): State<Chat>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Reply<Response> {
    refuse_foreign(&chat, &headers)?;
    let Some(token) = refresh_cookie(&jar) else {
        // The original tells this from a token that is not good.
        return Ok(detail(StatusCode::UNAUTHORIZED, "No refresh token provided"));
    };
    let known = session::refresh::rotate(&chat, &token, Client::Campus).await?;
    let body = Body(Done { message: "Token refreshed successfully" });
    Ok((cookie::both(&chat, &known.tokens), body).into_response())
}

/// A browser adds its cookies to what a foreign page asks for, too.
fn refuse_foreign(chat: &Chat, headers: &HeaderMap) -> Result<(), Error> {
    if is_foreign(headers, &chat.rules().origins) {
        return Err(Error::Forbidden(Ban::Origin));
    }
    Ok(())
}

/// By whichever token is still good for it. This client logs out also when none is.
async fn end_session(
    chat: &Chat,
    uri: &Uri,
    headers: &HeaderMap,
    jar: &CookieJar,
) -> Result<(), Error> {
    let access = |it: &Carrier| Campus::token(*it, headers, uri);
    for token in Campus::CARRIERS.iter().filter_map(access) {
        match session::recognise(chat, &token).await {
            Ok(pass) => return session::end(chat, pass.actor).await,
            // The token may have run out while its session goes on, which the other one
            // can still end.
            Err(Error::Unauthenticated(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let Some(token) = refresh_cookie(jar) else { return Ok(()) };
    match session::end_by_refresh(chat, &token).await {
        // What was asked for is that nobody is signed in, and that is so.
        Err(Error::Unauthenticated(_)) => Ok(()),
        result => result,
    }
}

fn refresh_cookie(jar: &CookieJar) -> Option<String> {
    let token = jar.get(cookie::REFRESH)?.value();
    let is_none = token.is_empty() || Campus::NO_TOKEN.contains(&token);
    (!is_none).then(|| token.to_owned())
}

impl From<&Account> for Person {
    fn from(account: &Account) -> Self {
        Self {
            id: account.public_id,
            user_id: account.username.clone(),
            // People from elsewhere may have no name to show, and this client shows no other.
            username: account.nickname.clone().unwrap_or_else(|| account.username.clone()),
        }
    }
}
