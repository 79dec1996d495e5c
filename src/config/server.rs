//! How the server listens, and to whom.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use serde::{Serialize, Serializer};
use tracing_subscriber::EnvFilter;

use crate::config::fault::ConfigError;
use crate::config::source::Layers;

#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Server {
    pub host: IpAddr,
    pub port: u16,
    pub public_url: Option<String>,
    pub max_connections: usize,
    pub max_connections_per_address: usize,
    pub max_waiting: usize,
    pub max_waiting_per_address: usize,
    pub max_sockets_per_user: usize,
    pub polling_keeps_address: bool,
    pub header_seconds: u64,
    pub body_seconds: u64,
    pub body_rate: u64,
    pub body_most_seconds: u64,
    pub drain_seconds: u64,
    #[serde(serialize_with = "shown")]
    pub trusted_proxies: Vec<IpNet>,
    pub tls: bool,
    pub engine_io_3: bool,
    pub debug: bool,
    pub log: String,
}

impl Server {
    /// The log's filter. `debug` raises the server's own level, unless the log was told more
    /// precisely.
    pub fn filter(&self) -> String {
        let precise = self.log.contains("parlor") || self.log.eq_ignore_ascii_case("trace");
        if self.debug && !precise { format!("{},parlor=debug", self.log) } else { self.log.clone() }
    }

    pub fn read(layers: &Layers, production: bool) -> Result<Self, ConfigError> {
        let usual = if production { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
        let host = match layers.text("server.host")?.as_deref() {
            None => usual.into(),
            Some("localhost") => Ipv4Addr::LOCALHOST.into(),
            Some(_) => layers.parsed("server.host", "an IP address")?,
        };
        let log = layers.text("server.log")?.unwrap_or_else(|| "info".to_owned());
        if EnvFilter::builder().parse(&log).is_err() {
            return Err(layers.wrong(
                "server.log",
                "a tracing filter such as \"info\" or \"warn,parlor=debug\"",
            ));
        }
        let public_url = layers.url("server.public_url", &["http", "https"])?;
        if public_url.as_ref().is_some_and(|url| url.contains(['?', '#', '@'])) {
            return Err(layers
                .fault("server.public_url", "has more than a scheme, a host, a port and a path"));
        }
        Ok(Self {
            host,
            port: layers.number("server.port", 1..=65535)?,
            public_url,
            max_connections: layers.number("server.max_connections", 1..=1_000_000)?,
            max_connections_per_address: layers
                .number("server.max_connections_per_address", 1..=1_000_000)?,
            max_waiting: layers.number("server.max_waiting", 1..=1_000_000)?,
            max_waiting_per_address: layers
                .number("server.max_waiting_per_address", 1..=1_000_000)?,
            max_sockets_per_user: layers.number("server.max_sockets_per_user", 1..=10_000)?,
            polling_keeps_address: layers.switch("server.polling_keeps_address")?,
            header_seconds: layers.number("server.header_seconds", 1..=3600)?,
            body_seconds: layers.number("server.body_seconds", 1..=3600)?,
            body_rate: layers.number("server.body_rate", 1..=1_000_000_000)?,
            body_most_seconds: layers.number("server.body_most_seconds", 1..=86_400)?,
            drain_seconds: layers.number("server.drain_seconds", 0..=3600)?,
            trusted_proxies: networks(layers, "server.trusted_proxies")?,
            tls: layers.switch("server.tls")?,
            engine_io_3: layers.switch("server.engine_io_3")?,
            debug: layers.switch("server.debug")?,
            log,
        })
    }
}

/// Networks, and single addresses as networks of one.
fn networks(layers: &Layers, key: &str) -> Result<Vec<IpNet>, ConfigError> {
    let network = |text: String| {
        let single = text.parse::<IpAddr>().map(IpNet::from);
        single.or_else(|_| text.parse()).map_err(|_| {
            layers.fault(
                key,
                format!("{text:?} is not an address or a network such as \"10.0.0.0/8\""),
            )
        })
    };
    layers.list(key)?.into_iter().map(network).collect()
}

fn shown<S: Serializer>(networks: &[IpNet], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(networks.iter().map(ToString::to_string))
}
