//! What lies in front of every surface: paths, pages, the API document, and which surfaces there are.
mod contested;
mod document;
mod paths;
mod stopping;
mod surfaces;
mod web_client;
