//! How people prove who they are, and for how long it holds.

use std::ops::RangeInclusive;

use serde::Serialize;

use crate::config::fault::ConfigError;
use crate::config::secret::Secret;
use crate::config::source::Layers;

/// From a minute to ten years.
const MINUTES: RangeInclusive<u64> = 1..=5_256_000;

#[derive(Clone, Debug, Serialize)]
pub struct Auth {
    /// Empty until `Settings::ensure_secret` has been called, unless it was set.
    pub secret_key: Secret,
    pub algorithm: Algorithm,
    /// On every surface; otherwise each has its own.
    pub access_minutes: Option<u32>,
    pub refresh_days: u32,
    pub refresh_grace_seconds: u32,
    pub recent_sign_in_minutes: u32,
    pub password_min: usize,
    pub native_password_min: usize,
    pub cookie_secure: bool,
    pub register_per_hour: u32,
    pub failures_per_address: u32,
    pub anonymous_sockets: AnonymousSockets,
    pub surface_minutes: SurfaceMinutes,
}

/// How long an access token is valid on each surface.
#[derive(Clone, Debug, Serialize)]
pub struct SurfaceMinutes {
    pub campus: u32,
    pub chatroom: u32,
    pub chatsphere: u32,
    pub discord: u32,
    pub native: u32,
    pub swift: u32,
}

/// A list of one: a second algorithm would let a forger choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Algorithm {
    Hs256,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AnonymousSockets {
    Off,
    Paired,
    Address,
}

impl Auth {
    pub fn read(layers: &Layers, production: bool, sample_data: bool) -> Result<Self, ConfigError> {
        Ok(Self {
            secret_key: Secret::new(layers.text("auth.secret_key")?.unwrap_or_default()),
            algorithm: layers.one_of("auth.algorithm", &[("HS256", Algorithm::Hs256)])?,
            access_minutes: layers.number_opt("auth.access_minutes", MINUTES)?,
            refresh_days: layers.number("auth.refresh_days", 1..=3650)?,
            refresh_grace_seconds: layers.number("auth.refresh_grace_seconds", 0..=300)?,
            recent_sign_in_minutes: layers.number("auth.recent_sign_in_minutes", 0..=1440)?,
            password_min: layers.number("auth.password_min", 1..=128)?,
            native_password_min: layers.number("auth.native_password_min", 1..=128)?,
            cookie_secure: layers.switch_or("auth.cookie_secure", production)?,
            register_per_hour: layers.number("auth.register_per_hour", 1..=1_000_000)?,
            failures_per_address: layers.number("auth.failures_per_address", 1..=10_000)?,
            anonymous_sockets: anonymous_sockets(layers, sample_data)?,
            surface_minutes: SurfaceMinutes::read(layers)?,
        })
    }
}

impl SurfaceMinutes {
    fn read(layers: &Layers) -> Result<Self, ConfigError> {
        let of = |surface| layers.number(&format!("auth.surface_minutes.{surface}"), MINUTES);
        Ok(Self {
            campus: of("campus")?,
            chatroom: of("chatroom")?,
            chatsphere: of("chatsphere")?,
            discord: of("discord")?,
            native: of("native")?,
            swift: of("swift")?,
        })
    }
}

/// Whoever tries the sample data out may sign in as anybody there, and does so with programs
/// that call themselves one thing over HTTP and another over a socket.
fn anonymous_sockets(layers: &Layers, sample_data: bool) -> Result<AnonymousSockets, ConfigError> {
    let unset = if sample_data { AnonymousSockets::Address } else { AnonymousSockets::Paired };
    if layers.text("auth.anonymous_sockets")?.is_none() {
        return Ok(unset);
    }
    layers.one_of(
        "auth.anonymous_sockets",
        &[
            ("off", AnonymousSockets::Off),
            ("paired", AnonymousSockets::Paired),
            ("address", AnonymousSockets::Address),
        ],
    )
}
