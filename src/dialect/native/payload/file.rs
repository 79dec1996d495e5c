//! Uploaded files.

use entity::attachment;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::chat::file::thumbnail;

#[derive(Serialize, ToSchema)]
#[schema(as = native::File)]
pub struct File {
    pub id: Uuid,
    #[schema(example = "/v1/files/9b401513-2da0-4ad0-ae97-42e304db9bc2")]
    pub url: String,
    /// Of a picture.
    #[schema(example = "/v1/files/9b401513-2da0-4ad0-ae97-42e304db9bc2/thumbnail")]
    pub thumb_url: Option<String>,
    #[schema(example = "cat.png")]
    pub name: String,
    #[schema(example = "image/png")]
    pub mime: String,
    #[schema(example = 48_213)]
    pub size: i64,
    /// Of a picture, as it is shown.
    #[schema(example = 640)]
    pub width: Option<i32>,
    #[schema(example = 480)]
    pub height: Option<i32>,
}

impl From<&attachment::Model> for File {
    fn from(file: &attachment::Model) -> Self {
        Self {
            id: file.file_id.0,
            url: format!("/v1/files/{}", file.file_id),
            thumb_url: thumbnail::is_possible(file)
                .then(|| format!("/v1/files/{}/thumbnail", file.file_id)),
            name: file.name.clone(),
            mime: file.mime.clone(),
            size: file.size,
            width: file.width,
            height: file.height,
        }
    }
}
