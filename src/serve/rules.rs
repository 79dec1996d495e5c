//! What the settings mean to the core.

use crate::{
    chat::engine::rules::{AccessSeconds, Origins, Pairing, Rules},
    config::{
        Environment, Settings,
        auth::{AnonymousSockets, Auth},
    },
};

pub fn from(settings: &Settings) -> Rules {
    let (auth, storage, server) = (&settings.auth, &settings.storage, &settings.server);
    Rules {
        access_seconds: access_seconds(auth),
        refresh_seconds: i64::from(auth.refresh_days) * 24 * 60 * 60,
        grace_seconds: i64::from(auth.refresh_grace_seconds),
        recent_seconds: i64::from(auth.recent_sign_in_minutes) * 60,
        password_min: auth.password_min,
        native_password_min: auth.native_password_min,
        max_upload_bytes: storage.max_upload_bytes,
        max_avatar_bytes: storage.max_avatar_bytes,
        strip_positions: storage.strip_positions,
        unsent_seconds: i64::from(storage.unsent_hours) * 60 * 60,
        quota_bytes: storage.quota_bytes_per_user,
        heads_seconds: settings.sync.heads_seconds,
        marks_told: settings.sync.marks_told,
        typing_told: settings.sync.typing_told,
        receipt_seconds: i64::from(settings.sync.receipt_days) * 24 * 60 * 60,
        search_block: i64::from(settings.search.block),
        pairing: pairing(settings),
        max_sockets_per_user: server.max_sockets_per_user,
        public_url: server.public_url.clone(),
        cookie_secure: auth.cookie_secure,
        origins: Origins {
            listed: settings.origins.clone(),
            https: server.tls
                || server.public_url.as_ref().is_some_and(|it| it.starts_with("https://")),
        },
        rate_limits: settings.rate_limits,
        register_per_hour: auth.register_per_hour,
        failures_per_address: auth.failures_per_address,
        show_edits: settings.messages.show_edits,
        engine_io_3: server.engine_io_3,
        tls: server.tls,
        production: matches!(settings.environment, Environment::Production),
    }
}

/// One figure for all is stronger than one for each.
fn access_seconds(auth: &Auth) -> AccessSeconds {
    let own = &auth.surface_minutes;
    let seconds = |minutes| i64::from(auth.access_minutes.unwrap_or(minutes)) * 60;
    AccessSeconds {
        campus: seconds(own.campus),
        chatroom: seconds(own.chatroom),
        chatsphere: seconds(own.chatsphere),
        discord: seconds(own.discord),
        native: seconds(own.native),
        swift: seconds(own.swift),
    }
}

/// Behind a proxy that nobody named all clients have one address, and would be one client.
fn pairing(settings: &Settings) -> Pairing {
    let server = &settings.server;
    let is_https = server.public_url.as_deref().is_some_and(|it| it.starts_with("https:"));
    let wanted = match settings.auth.anonymous_sockets {
        AnonymousSockets::Off => return Pairing::Off,
        AnonymousSockets::Paired => Pairing::Client,
        AnonymousSockets::Address => Pairing::Address,
    };
    if (server.tls || is_https) && server.trusted_proxies.is_empty() {
        tracing::warn!(
            "clients without a credential are not let in, although ANONYMOUS_SOCKETS allows it: \
             there is HTTPS, so a proxy is before this server, and through it all clients have one \
             address; name the proxy's in TRUSTED_PROXIES"
        );
        return Pairing::Off;
    }
    if wanted == Pairing::Address {
        tracing::warn!(
            "clients without a credential are told apart by their addresses alone, since \
             ANONYMOUS_SOCKETS is \"address\" or SAMPLE_DATA is on"
        );
    }
    wanted
}
