//! My portrait, which comes as a file.

use std::borrow::Cow;

use axum::{Json, extract::State};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, RefOr, Schema, SchemaFormat,
        schema::{ObjectBuilder, Type},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Me, Reply};
use crate::{
    chat::{engine::handle::Chat, file::upload},
    dialect::native::{Native, operation::person, payload::user, problem::Problem},
    wire::multipart::Upload,
};

pub(super) fn routes() -> OpenApiRouter<Chat> {
    OpenApiRouter::new().routes(routes!(set))
}

/// A form with a file. It is read as it comes in, and never held as a whole.
pub struct FileForm;

impl PartialSchema for FileForm {
    fn schema() -> RefOr<Schema> {
        let binary = SchemaFormat::KnownFormat(KnownFormat::Binary);
        let file = ObjectBuilder::new().schema_type(Type::String).format(Some(binary));
        ObjectBuilder::new().property("file", file).required("file").into()
    }
}

impl ToSchema for FileForm {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("native.FileForm")
    }
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
async fn set(
    State(chat): State<Chat>,
    Me { me, .. }: Me,
    file: Upload<Native>,
) -> Reply<Json<user::Me>> {
    let name = upload::avatar(&chat, me.into(), file.bytes).await?;
    Ok(Json(person::set_avatar(&chat, me, format!("/static/avatars/{name}")).await?))
}
