//! Bodies that may be left out: every field of theirs is optional.

use axum::{
    body::HttpBody,
    extract::{FromRequest, Request},
};

use crate::{
    dialect::native::{Native, Oops},
    wire::{body::Json, fields::Shape},
};

/// A JSON body, or the default when there is none.
pub(super) struct Optional<T>(pub T);

impl<T: Shape + Default, S: Send + Sync> FromRequest<S> for Optional<T> {
    type Rejection = Oops;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        if request.body().is_end_stream() {
            return Ok(Self(T::default()));
        }
        let Json { value, .. } = Json::<Native, T>::from_request(request, state).await?;
        Ok(Self(value))
    }
}
