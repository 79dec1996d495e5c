//! Extractors for what a request carries, refused in the words of the dialect `D`. Never
//! looks at who is asking.

use std::marker::PhantomData;

use axum::{
    RequestExt,
    body::{Body, HttpBody},
    extract::{FromRequest, FromRequestParts, Multipart, RawPathParams, Request},
    http::{HeaderMap, header, request::Parts as RequestParts},
};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use serde_json::{Map, Value};
use url::form_urlencoded;
use uuid::Uuid;

use crate::{
    model::error::Error,
    wire::{
        failure::{Dialect, Failure},
        fastapi::syntax,
        fields::{self, FieldError, Parts, Shape, Source},
    },
};

/// Files go through [`crate::wire::multipart`]; nothing else comes near this.
const LARGEST: usize = 1 << 20;
/// How much of a body that is too large is read before its sender is cut off.
const WITHIN_REASON: usize = 32 << 20;

/// A JSON body.
pub struct Json<D, T> {
    pub value: T,
    dialect: PhantomData<fn() -> D>,
}

/// A form, `application/x-www-form-urlencoded` or `multipart/form-data`.
pub struct Form<D, T> {
    pub value: T,
    dialect: PhantomData<fn() -> D>,
}

pub struct Query<D, T> {
    pub value: T,
    dialect: PhantomData<fn() -> D>,
}

/// The number in the route's parameter `N`, counted from 0.
pub struct PathInt<D, const N: usize = 0> {
    pub value: i64,
    dialect: PhantomData<fn() -> D>,
}

/// The UUID in the route's parameter `N`, counted from 0.
pub struct PathUuid<D, const N: usize = 0> {
    pub value: Uuid,
    dialect: PhantomData<fn() -> D>,
}

impl<D: Dialect, T: Shape, S: Send + Sync> FromRequest<S> for Json<D, T> {
    type Rejection = Failure<D>;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let value = read_json::<D>(&parts.headers, body).await?;
        Ok(Self { value: fields::from_body(&value, D::IS_STRICT)?, dialect: PhantomData })
    }
}

async fn read_json<D: Dialect>(headers: &HeaderMap, body: Body) -> Result<Value, Failure<D>> {
    let bytes = collect(body).await?;
    let value = if says_json(headers) { parse(&bytes)? } else { as_text(&bytes) };
    if value.is_null() {
        return Err(Failure::from(vec![FieldError::missing(&["body"])]));
    }
    Ok(value)
}

/// Where the fields of a request are that its path does not name.
#[derive(Clone, Copy)]
pub enum Takes {
    Nothing,
    Query,
    Body,
    /// In a body that may be left out.
    BodyIfAny,
}

/// A request read as one: its path, and its query or its body.
pub async fn whole<D: Dialect, T: Shape>(
    parts: &mut RequestParts,
    body: Body,
    takes: Takes,
) -> Result<T, Failure<D>> {
    let path = RawPathParams::from_request_parts(parts, &()).await;
    // A path that is not UTF-8 leads nowhere.
    let path = path.map_err(|_| Failure::not_found())?;
    let path: Vec<_> = path.iter().map(|(name, it)| (name.to_owned(), it.to_owned())).collect();
    let read = |rest| fields::from_parts(&Parts { path: &path, rest }, D::IS_STRICT);
    let has_body = match takes {
        Takes::Nothing | Takes::Query => false,
        Takes::Body => true,
        Takes::BodyIfAny => !body.is_end_stream(),
    };
    if has_body {
        let path_first = |failure: Failure<D>| match fields::path_error::<T>(&path) {
            Some(error) => Failure::from(vec![error]),
            None => failure,
        };
        // A wrong path leads nowhere, so it is told even when the body cannot be read.
        let value = read_json::<D>(&parts.headers, body).await.map_err(path_first)?;
        let object = fields::object(&value).map_err(|errors| path_first(errors.into()))?;
        return Ok(read(Source::Object(object))?);
    }
    if let Takes::Query = takes {
        let query = decode(parts.uri.query().unwrap_or_default().as_bytes());
        return Ok(read(Source::Query(&query))?);
    }
    Ok(read(Source::Object(&Map::new()))?)
}

impl<D: Dialect, T: Shape, S: Send + Sync> FromRequest<S> for Form<D, T> {
    type Rejection = Failure<D>;

    /// Any other type of body is a form without fields, so each of them is missing.
    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let bytes = collect(body).await?;
        let pairs = match media_type(&parts.headers).as_deref() {
            Some("application/x-www-form-urlencoded") => decode(&bytes),
            Some("multipart/form-data") => text_parts(parts, bytes).await,
            _ => Vec::new(),
        };
        Ok(Self { value: fields::from_form(&pairs)?, dialect: PhantomData })
    }
}

impl<D: Dialect, T: Shape, S: Send + Sync> FromRequestParts<S> for Query<D, T> {
    type Rejection = Failure<D>;

    async fn from_request_parts(parts: &mut RequestParts, _: &S) -> Result<Self, Self::Rejection> {
        let pairs = decode(parts.uri.query().unwrap_or_default().as_bytes());
        Ok(Self { value: fields::from_query(&pairs, D::IS_STRICT)?, dialect: PhantomData })
    }
}

impl<D: Dialect, S: Send + Sync, const N: usize> FromRequestParts<S> for PathInt<D, N> {
    type Rejection = Failure<D>;

    async fn from_request_parts(
        parts: &mut RequestParts,
        state: &S,
    ) -> Result<Self, Self::Rejection> {
        let value = fields::path_int(&parameter(parts, state, N).await?)?;
        Ok(Self { value, dialect: PhantomData })
    }
}

impl<D: Dialect, S: Send + Sync, const N: usize> FromRequestParts<S> for PathUuid<D, N> {
    type Rejection = Failure<D>;

    async fn from_request_parts(
        parts: &mut RequestParts,
        state: &S,
    ) -> Result<Self, Self::Rejection> {
        let value = fields::path_uuid(&parameter(parts, state, N).await?)?;
        Ok(Self { value, dialect: PhantomData })
    }
}

/// A path's parameter with the name that the route gives it.
async fn parameter<D: Dialect, S: Send + Sync>(
    parts: &mut RequestParts,
    state: &S,
    index: usize,
) -> Result<(String, String), Failure<D>> {
    let all = RawPathParams::from_request_parts(parts, state).await;
    // A path that is not UTF-8 leads nowhere.
    let all = all.map_err(|_| Failure::not_found())?;
    let (name, value) =
        all.iter().nth(index).ok_or_else(|| Error::internal("the route has no such parameter"))?;
    Ok((name.to_owned(), value.to_owned()))
}

/// What is too much is read to its end all the same, within reason: a client that is
/// still writing would take a closed connection for a broken one and miss the answer.
pub(in crate::wire) async fn collect(mut body: Body) -> Result<Bytes, Error> {
    let (mut kept, mut size) = (BytesMut::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|it| Error::cut_off("body", "ended too early", &it))?;
        let Ok(data) = frame.into_data() else { continue };
        size += data.len();
        if size <= LARGEST {
            kept.extend_from_slice(&data);
        } else if size > WITHIN_REASON {
            break;
        }
    }
    if size > LARGEST {
        return Err(Error::TooLarge { limit: LARGEST as u64 });
    }
    Ok(kept.freeze())
}

/// FastAPI takes a body without a type for JSON.
pub(in crate::wire) fn says_json(headers: &HeaderMap) -> bool {
    media_type(headers).is_none_or(|it| {
        it.strip_prefix("application/").is_some_and(|it| it == "json" || it.ends_with("+json"))
    })
}

fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let essence = value.split(';').next().unwrap_or_default().trim();
    (!essence.is_empty()).then(|| essence.to_ascii_lowercase())
}

/// No body at all is `null`, as it is for FastAPI.
fn parse(bytes: &[u8]) -> Result<Value, Vec<FieldError>> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let text = str::from_utf8(bytes).map_err(|error| vec![syntax::undecodable(&error)])?;
    serde_json::from_str(text).map_err(|_| vec![syntax::malformed(text)])
}

fn as_text(bytes: &[u8]) -> Value {
    if bytes.is_empty() { Value::Null } else { String::from_utf8_lossy(bytes).into() }
}

fn decode(bytes: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(bytes).into_owned().collect()
}

/// The fields of a multipart form that are not files, up to where it breaks off.
async fn text_parts(parts: RequestParts, bytes: Bytes) -> Vec<(String, String)> {
    let request = Request::from_parts(parts, Body::from(bytes));
    let mut pairs = Vec::new();
    let Ok(mut form) = request.extract::<Multipart, _>().await else { return pairs };
    while let Ok(Some(field)) = form.next_field().await {
        let name = field.name().filter(|_| field.file_name().is_none()).map(str::to_owned);
        if let (Some(name), Ok(text)) = (name, field.text().await) {
            pairs.push((name, text));
        }
    }
    pairs
}

#[cfg(test)]
mod tests;
