//! Web origins, spelt as browsers spell them in the `Origin` header.

use std::collections::HashSet;

use url::Url;

use crate::config::fault::ConfigError;
use crate::config::source::{Layers, Variables, list, variable};

/// Where the original products' development servers listen.
const DEVELOPMENT_PORTS: [u16; 3] = [3000, 4200, 5173];

/// Those that were named and, when the server's own port is given, those of development.
pub fn allowed(
    layers: &Layers,
    env: &Variables,
    own_port: Option<u16>,
) -> Result<Vec<String>, ConfigError> {
    let name = layers.name("origins");
    let mut named: Vec<_> =
        layers.list("origins")?.into_iter().map(|origin| (name.as_str(), origin)).collect();
    if let Some(frontend) = variable(env, "FRONTEND_URL") {
        named.extend(
            list("FRONTEND_URL", frontend)?.into_iter().map(|origin| ("FRONTEND_URL", origin)),
        );
    }
    let mut origins =
        named.iter().map(|(name, origin)| parse(name, origin)).collect::<Result<Vec<_>, _>>()?;
    origins.extend(own_port.map(development).unwrap_or_default());
    let mut seen = HashSet::new();
    origins.retain(|origin| seen.insert(origin.clone()));
    Ok(origins)
}

/// `https://Chat.example.org:443/` becomes `https://chat.example.org`.
fn parse(name: &str, text: &str) -> Result<String, ConfigError> {
    if text.contains('*') {
        let problem = format!(
            "{text:?} is refused, because any page could then act with a visitor's credentials"
        );
        return Err(ConfigError::new(name, problem));
    }
    plain(text).ok_or_else(|| {
        ConfigError::new(
            name,
            format!("{text:?} is not an origin such as \"https://chat.example.org\""),
        )
    })
}

fn development(own_port: u16) -> Vec<String> {
    let ports = DEVELOPMENT_PORTS.into_iter().chain([own_port]);
    // A browser leaves the default port out of the header.
    let suffix = |port| if port == 80 { String::new() } else { format!(":{port}") };
    ports
        .flat_map(|port| {
            ["localhost", "127.0.0.1"].map(|host| format!("http://{host}{}", suffix(port)))
        })
        .collect()
}

fn plain(text: &str) -> Option<String> {
    let url = Url::parse(text).ok().filter(|_| text.contains("://"))?;
    let host = url.host_str().filter(|host| !host.is_empty())?;
    let bare = url.username().is_empty()
        && url.password().is_none()
        && ["", "/"].contains(&url.path())
        && url.query().is_none()
        && url.fragment().is_none();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    bare.then(|| format!("{}://{host}{port}", url.scheme()))
}
