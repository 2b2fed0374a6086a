//! What the machine says of its network: proxies and root certificates.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use rustls::RootCertStore;
use ureq::Proxy;
use url::Url;

/// The variables of the environment that say how to reach the network.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

/// Only which there are: a password may stand in an address.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Environment {
    /// Those of this process.
    pub fn of_process() -> Self {
        Self::from_variables(std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            Some((name, value.into_string().ok()?))
        }))
    }

    /// Those given; `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` count, in large letters or small,
    /// and `SSL_CERT_FILE` and `SSL_CERT_DIR`. Whatever its address, a proxy is asked for a tunnel (CONNECT).
    pub fn from_variables(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut known = BTreeMap::new();
        for (name, value) in variables {
            let lower = name.to_ascii_lowercase();
            let counts = lower.ends_with("_proxy") || lower.starts_with("ssl_cert_");
            if counts && !value.trim().is_empty() {
                // As everywhere, the small one counts before the large one.
                if name == lower || !known.contains_key(&lower) {
                    known.insert(lower, value.trim().to_owned());
                }
            }
        }
        Self(known)
    }

    /// The proxy that an address is to be reached by; the error says which variable is no address, and not
    /// its value, in which a password may stand.
    pub(super) fn proxy(&self, url: &Url) -> Result<Option<Proxy>, String> {
        if self.goes_directly(url) {
            return Ok(None);
        }
        let own = format!("{}_proxy", url.scheme());
        let found = [own.as_str(), "all_proxy"]
            .into_iter()
            .find_map(|name| Some((name, self.0.get(name)?)));
        let Some((name, address)) = found else {
            return Ok(None);
        };
        Proxy::new(address).map(Some).map_err(|_| {
            format!(
                "the variable {} of the environment is no address of a proxy. Write http://host:port",
                name.to_uppercase()
            )
        })
    }

    /// Whether `NO_PROXY` names the host: itself, a domain above it, or everything.
    fn goes_directly(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let list = self.0.get("no_proxy").map(String::as_str).unwrap_or_default();
        list.split(',').map(str::trim).any(|entry| {
            let (name, port) = match entry.rsplit_once(':') {
                Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
                    (name, port.parse().ok())
                }
                _ => (entry, None),
            };
            let name = name
                .trim_start_matches("*.")
                .trim_start_matches('.')
                .to_ascii_lowercase();
            let within = host
                .strip_suffix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
            let same_port = port.is_none() || port == url.port_or_known_default();
            entry == "*" || (!name.is_empty() && within && same_port)
        })
    }

    /// The root certificates of this machine, or those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name: a network
    /// that opens what passes through has certificates of its own.
    pub(super) fn roots(&self) -> Result<RootCertStore, String> {
        let named = |name: &str| self.0.get(name).map(Path::new);
        let found = match (named("ssl_cert_file"), named("ssl_cert_dir")) {
            (None, None) => rustls_native_certs::load_native_certs(),
            (file, folder) => rustls_native_certs::load_certs_from_paths(file, folder),
        };
        if found.certs.is_empty() {
            let why = found
                .errors
                .first()
                .map(|error| format!(" ({error})"))
                .unwrap_or_default();
            return Err(format!(
                "no root certificates were found on this machine{why}. Install ca-certificates, or name a file of \
                 them in SSL_CERT_FILE"
            ));
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(found.certs);
        Ok(roots)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn host_of_proxy(variables: &[(&str, &str)], url: &str) -> Option<String> {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let proxy = Environment::from_variables(variables)
            .proxy(&Url::parse(url).unwrap())
            .unwrap();
        proxy.map(|proxy| proxy.host().to_owned())
    }

    #[test]
    fn each_scheme_has_its_proxy() {
        let both = [
            ("HTTPS_PROXY", "http://s:3128"),
            ("http_proxy", "http://p:3128"),
            ("ALL_PROXY", "http://a:1"),
        ];
        assert_eq!(host_of_proxy(&both, "https://scb.se/x"), Some("s".to_owned()));
        assert_eq!(host_of_proxy(&both, "http://scb.se/x"), Some("p".to_owned()));
        assert_eq!(
            host_of_proxy(&both[2..], "https://scb.se/x"),
            Some("a".to_owned())
        );
        assert_eq!(host_of_proxy(&[("HTTPS_PROXY", " ")], "https://scb.se/x"), None);
        let twice = [
            ("HTTPS_PROXY", "http://large:1"),
            ("https_proxy", "http://small:1"),
        ];
        assert_eq!(
            host_of_proxy(&twice, "https://scb.se/x"),
            Some("small".to_owned())
        );
    }

    #[test]
    fn some_hosts_are_reached_directly() {
        let direct = |list: &str, url: &str| {
            host_of_proxy(&[("HTTPS_PROXY", "http://s:1"), ("NO_PROXY", list)], url).is_none()
        };
        assert!(direct("*", "https://scb.se/"));
        assert!(direct("localhost, scb.se", "https://api.scb.se/"));
        assert!(direct(".scb.se", "https://api.scb.se/"));
        assert!(direct("*.scb.se", "https://api.scb.se/"));
        assert!(direct("scb.se:443", "https://scb.se/"));
        assert!(!direct("scb.se:8443", "https://scb.se/"));
        assert!(!direct("cb.se", "https://scb.se/"));
        assert!(!direct("", "https://scb.se/"));
    }

    #[test]
    fn a_password_of_a_proxy_stands_in_no_error() {
        let variables = [("HTTPS_PROXY".to_owned(), "ftp://me:hemligt@s:1".to_owned())];
        let error = Environment::from_variables(variables)
            .proxy(&Url::parse("https://scb.se").unwrap())
            .unwrap_err();
        assert!(
            error.contains("HTTPS_PROXY") && !error.contains("hemligt"),
            "{error}"
        );
    }
}
