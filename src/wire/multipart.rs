//! The field `file` of an uploaded form, handed on while it arrives and never kept here.

use std::{borrow::Cow, marker::PhantomData, time::Duration};

use axum::{
    RequestExt,
    body::Body,
    extract::{DefaultBodyLimit, FromRequest, Request},
};
use axum_extra::extract::multipart::{Field, Multipart};
use http_body_util::BodyExt;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};

use crate::{
    model::error::Error,
    wire::{
        failure::{Dialect, Failure},
        fields::FieldError,
    },
};

const FIELD: &str = "file";
// The column takes no more, and PostgreSQL and MySQL refuse what is longer.
const LONGEST_NAME: usize = 255;
/// How much of a form that nobody wants is still taken in, and for how long.
const WITHIN_REASON: usize = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(20);

/// An uploaded file whose bytes are still on their way.
pub struct Upload<D> {
    /// The client's name for it, without folders; empty when it gave none.
    pub name: String,
    /// What the client says it is, in lower case and without parameters.
    pub content_type: Option<String>,
    /// A stream of `Result<Bytes, MultipartError>`.
    pub bytes: Field,
    dialect: PhantomData<fn() -> D>,
}

impl<D: Dialect, S: Send + Sync> FromRequest<S> for Upload<D> {
    type Rejection = Failure<D>;

    /// The size is not limited here: the core knows the limits and counts as it reads.
    async fn from_request(mut request: Request, _: &S) -> Result<Self, Self::Rejection> {
        DefaultBodyLimit::disable().apply(&mut request);
        let missing = || Failure::from(vec![FieldError::missing(&["body", FIELD])]);
        let field = find(request).await?.ok_or_else(missing)?;
        Ok(Self {
            name: field.file_name().map(last_part).unwrap_or_default(),
            content_type: field.content_type().map(essence),
            bytes: field,
            dialect: PhantomData,
        })
    }
}

impl<D: Dialect> ToSchema for Upload<D> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(D::UPLOAD)
    }
}

impl<D> PartialSchema for Upload<D> {
    fn schema() -> RefOr<Schema> {
        let binary = SchemaFormat::KnownFormat(KnownFormat::Binary);
        let file = ObjectBuilder::new().schema_type(Type::String).format(Some(binary));
        ObjectBuilder::new().property(FIELD, file).required(FIELD).into()
    }
}

/// Throws a form away, within reason: a client that is still sending would take a closed
/// connection for a broken one and miss the answer.
pub async fn pass_over(mut body: Body) {
    let all = async {
        let mut left = WITHIN_REASON;
        while let Some(Ok(frame)) = body.frame().await {
            match left.checked_sub(frame.data_ref().map_or(0, bytes::Bytes::len)) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    };
    // Whoever is slower than that is not waiting for an answer.
    tokio::time::timeout(PATIENCE, all).await.ok();
}

/// Passes over whatever comes before the field; a broken form has no more fields.
async fn find(request: Request) -> Result<Option<Field>, Error> {
    let Ok(mut form) = request.extract::<Multipart, _>().await else { return Ok(None) };
    loop {
        match form.next_field().await {
            Ok(Some(field)) if field.name() == Some(FIELD) => return Ok(Some(field)),
            Ok(Some(_)) => {}
            Ok(None) => return Ok(None),
            Err(cause) => match Error::cut_off(FIELD, "the form is broken", &cause) {
                slow @ Error::TooSlow => return Err(slow),
                _ => return Ok(None),
            },
        }
    }
}

fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn last_part(path: &str) -> String {
    // Some browsers name the file with its folders, on Windows, too.
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|it| !it.is_control()).take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::{http::header, response::Response};
    use bytes::Bytes;
    use futures_util::{StreamExt, TryStreamExt, stream};

    use super::*;
    use crate::wire::{
        failure::{Carrier, Refusal},
        fastapi,
    };

    struct Plain;

    impl Dialect for Plain {
        const CARRIERS: &'static [Carrier] = &[];

        fn refuse(refusal: &Refusal<'_>) -> Response {
            match refusal {
                Refusal::Body(errors) => fastapi::validation_error::field_errors(errors),
                _ => unreachable!("{refusal:?}"),
            }
        }
    }

    fn request(body: Body) -> Request {
        let form = "multipart/form-data; boundary=x";
        Request::post("/").header(header::CONTENT_TYPE, form).body(body).unwrap()
    }

    const HEAD: &str = "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n\
        --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\fake/../a.png\"\r\n\
        Content-Type: Image/PNG; q=1\r\n\r\n";

    #[tokio::test]
    async fn a_file_is_there_before_all_of_it_has_come() {
        let start = stream::iter([Ok::<_, Infallible>(Bytes::from(HEAD)), Ok("first".into())]);
        let body = Body::from_stream(start.chain(stream::pending()));
        let upload = Upload::<Plain>::from_request(request(body), &()).await.ok().unwrap();
        assert_eq!(upload.name, "a.png");
        assert_eq!(upload.content_type.as_deref(), Some("image/png"));
    }

    #[tokio::test]
    async fn files_beyond_the_usual_limit_pass() {
        let large = "a".repeat(5 << 20);
        let body = Body::from(format!("{HEAD}{large}\r\n--x--\r\n"));
        let upload = Upload::<Plain>::from_request(request(body), &()).await.ok().unwrap();
        let chunks: Vec<Bytes> = upload.bytes.try_collect().await.unwrap();
        assert_eq!(chunks.iter().map(Bytes::len).sum::<usize>(), large.len());
    }

    #[tokio::test]
    async fn a_form_without_a_file_is_refused() {
        let other =
            Body::from("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--");
        let json = Request::post("/").body(Body::from("{}")).unwrap();
        for request in [request(other), request(Body::empty()), json] {
            let failure = Upload::<Plain>::from_request(request, &()).await.err().unwrap();
            let Refusal::Body(errors) = failure.refusal() else { panic!("not a 422") };
            assert_eq!(errors, [FieldError::missing(&["body", FIELD])]);
        }
    }
}
