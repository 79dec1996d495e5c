//! A route of an operation, with what the document says of it. `#[operation]` writes it.

use axum::routing::MethodFilter;
use utoipa::openapi::HttpMethod;

use crate::wire::body::Takes;

pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub summary: &'static str,
    pub description: Option<&'static str>,
    /// Where the fields are that its path does not name.
    pub takes: Takes,
    /// Whether the header `Idempotency-Key` gives the request its key.
    pub heeds_key: bool,
    /// The problems that it may answer with, besides those that every route may.
    pub refusals: &'static [u16],
    /// What a status means here.
    pub remarks: &'static [(u16, &'static str)],
}

#[derive(Clone, Copy)]
pub enum Method {
    Get,
    Put,
    Post,
    Patch,
    Delete,
}

impl Method {
    pub fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Put => MethodFilter::PUT,
            Self::Post => MethodFilter::POST,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }

    pub fn in_document(self) -> HttpMethod {
        match self {
            Self::Get => HttpMethod::Get,
            Self::Put => HttpMethod::Put,
            Self::Post => HttpMethod::Post,
            Self::Patch => HttpMethod::Patch,
            Self::Delete => HttpMethod::Delete,
        }
    }
}
