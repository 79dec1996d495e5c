//! Oneself.

use axum::{
    Json as Body,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::dialect::native::rest::{Me, Reply, body::Optional, etag::tagged};
use crate::{
    chat::{
        engine::handle::Chat,
        file::upload,
        person::{account, profile},
    },
    dialect::native::{Native, payload::user, problem::Problem},
    model::{actor::Actor, person::ProfileChange},
    wire::{
        body::Json,
        fields::{Fields, Shape},
        multipart::Upload,
    },
};

pub(in crate::dialect::native::rest) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new()
        .routes(routes!(show, change, delete))
        .routes(routes!(set_avatar, remove_avatar))
}

/// What to change; absent or null leaves a field as it is, an empty text clears it.
#[derive(ToSchema)]
#[schema(as = native::Profile)]
#[expect(dead_code, reason = "read through ProfileChange; this is its description")]
struct Profile {
    #[schema(example = "Annie")]
    nickname: Option<String>,
    #[schema(example = "at the sea")]
    status: Option<String>,
    bio: Option<String>,
    /// Whether others may see what I have read and received.
    #[schema(example = false)]
    sends_receipts: Option<bool>,
}

/// What shows that it is me, and nobody who found my device.
#[derive(Default, ToSchema)]
#[schema(as = native::Farewell)]
struct Farewell {
    #[schema(example = "correct horse")]
    password: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = native::FileForm)]
#[expect(dead_code, reason = "the description of a form")]
pub(in crate::dialect::native) struct FileForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// My profile
#[utoipa::path(get, path = "/v1/me", tag = "native",
    responses((status = 200, body = user::Me), (status = 304),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
async fn show(State(chat): State<Chat>, Me { me, .. }: Me, headers: HeaderMap) -> Reply<Response> {
    let user = profile::mine(&chat, me).await?;
    tagged(&headers, &user::Me::from(&user))
}

/// Change my profile
#[utoipa::path(patch, path = "/v1/me", tag = "native", request_body = Profile,
    responses((status = 200, body = user::Me),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn change(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Json { value: NewProfile(wanted), .. }: Json<Native, NewProfile>,
) -> Reply<Body<user::Me>> {
    let user = profile::update(&chat, me, me.id, wanted).await?;
    Ok(Body(user::Me::from(&user)))
}

/// Erase my account; what I wrote stays, without my name
///
/// It needs my password, or a sign-in that is not long ago.
#[utoipa::path(delete, path = "/v1/me", tag = "native", request_body = Option<Farewell>,
    responses((status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "Without my password, and too long after signing in",
            body = Problem, content_type = "application/problem+json")))]
async fn delete(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    Optional(said): Optional<Farewell>,
) -> Reply<StatusCode> {
    account::delete(&chat, me, me.id, said.password.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Set my portrait
#[utoipa::path(put, path = "/v1/me/avatar", tag = "native",
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses((status = 200, body = user::Me),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "The disk is full",
            body = Problem, content_type = "application/problem+json")))]
async fn set_avatar(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    file: Upload<Native>,
) -> Reply<Body<user::Me>> {
    let name = upload::avatar(&chat, me.into(), file.bytes).await?;
    set(&chat, me, format!("/static/avatars/{name}")).await
}

/// Remove my portrait
#[utoipa::path(delete, path = "/v1/me/avatar", tag = "native",
    responses((status = 200, body = user::Me),
        (status = 401, body = Problem, content_type = "application/problem+json")))]
async fn remove_avatar(State(chat): State<Chat>, Me { me, .. }: Me) -> Reply<Body<user::Me>> {
    set(&chat, me, String::new()).await
}

async fn set(chat: &Chat, me: Actor, avatar_url: String) -> Reply<Body<user::Me>> {
    let wanted = ProfileChange { avatar_url: Some(avatar_url), ..Default::default() };
    let user = profile::update(chat, me, me.id, wanted).await?;
    Ok(Body(user::Me::from(&user)))
}

impl Shape for Farewell {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let password = fields.text_opt("password");
        fields.only(&["password"]);
        Some(Self { password: password? })
    }
}

struct NewProfile(ProfileChange);

impl Shape for NewProfile {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (nickname, status) = (fields.text_opt("nickname"), fields.text_opt("status"));
        let (bio, sends_receipts) = (fields.text_opt("bio"), fields.bool_opt("sends_receipts"));
        fields.only(&["nickname", "status", "bio", "sends_receipts"]);
        Some(Self(ProfileChange {
            nickname: nickname?,
            status: status?,
            bio: bio?,
            avatar_url: None,
            sends_receipts: sends_receipts?,
        }))
    }
}
