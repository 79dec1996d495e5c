//! `/users`.

use axum::{Json as Body, extract::State, routing::get};
use entity::id::UserId;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Discord, Me, Reply, payload::User};
use crate::{
    chat::{
        engine::handle::Chat,
        person::{
            account::{self, NewPassword},
            profile,
        },
        session::password,
    },
    model::person::ProfileChange,
    wire::{
        body::{Json, PathInt},
        fastapi::{HttpError, validation_error::ValidationError},
        fields::{Shape, bound::Bound},
    },
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(me, change))
        .routes(routes!(show))
        .route("/users/me/", get(me).put(change))
        .route("/users/{user_id}/", get(show))
}

#[derive(Shape, ToSchema)]
#[schema(as = discord::UserUpdate)]
pub(super) struct UserUpdate {
    #[schema(example = "Tess")]
    #[shape(bound = Bound::up_to(profile::LONGEST_NICKNAME))]
    display_name: Option<String>,
    #[schema(example = "Likes the sea")]
    #[shape(bound = Bound::up_to(profile::LONGEST_BIO))]
    bio: Option<String>,
    #[shape(bound = Bound::Link(profile::LONGEST_AVATAR))]
    avatar_url: Option<String>,
    /// At least four characters.
    #[schema(example = "password456")]
    #[shape(characters(password::SHORTEST), bound = Bound::password(rules, password::SHORTEST))]
    password: Option<String>,
    /// The one before. Without it a new one is taken for some minutes after signing in.
    old_password: Option<String>,
}

/// My profile
#[utoipa::path(get, path = "/users/me", tag = "discord",
    responses((status = 200, body = User), (status = 401, body = HttpError)))]
async fn me(State(chat): State<Chat>, Me { me, .. }: Me) -> Reply<Body<User>> {
    Ok(Body(User::from(profile::mine(&chat, me).await?)))
}

/// Change my profile, all of it or nothing; null and absent fields stay
///
/// A new password ends the person's other sessions. It needs the old one, or a sign-in that is
/// not long ago.
#[utoipa::path(put, path = "/users/me", tag = "discord", request_body = UserUpdate,
    responses((status = 200, body = User), (status = 401, body = HttpError),
        (status = 403, description = "A new password without proof", body = HttpError),
        (status = 422, body = ValidationError)))]
async fn change(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Json { value: wanted, .. }: Json<Discord, UserUpdate>,
) -> Reply<Body<User>> {
    let change = ProfileChange {
        nickname: wanted.display_name,
        avatar_url: wanted.avatar_url,
        bio: wanted.bio,
        ..Default::default()
    };
    let (old, shortest) = (wanted.old_password.as_deref(), chat.rules().password_min);
    let password = wanted.password.as_deref().map(|new| NewPassword { old, new, shortest });
    let user = account::revise(&chat, me, change, password).await?;
    Ok(Body(User::from(user)))
}

/// Somebody's profile; the e-mail address is one's own alone
#[utoipa::path(get, path = "/users/{user_id}", tag = "discord",
    params(("user_id" = i64, Path, example = 1)),
    responses((status = 200, body = User), (status = 401, body = HttpError),
        (status = 404, body = HttpError), (status = 422, body = ValidationError)))]
async fn show(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    PathInt { value: id, .. }: PathInt<Discord>,
) -> Reply<Body<User>> {
    Ok(Body(User::from(profile::portrait(&chat, me, UserId(id)).await?)))
}
