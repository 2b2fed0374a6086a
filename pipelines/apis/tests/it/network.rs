//! Manners: who asks, how often, and by which way.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use perspektiv_apis::{Client, Environment, Event, Rate, Settings, fetch};

use crate::server::{Reply, Sent, Server};
use crate::{query, run, settings, texts};

#[test]
fn it_says_who_asks() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let mut query = query("kolada", &server.url("kolada/v3/"));
    query.table = Some("ou".to_owned());
    run(settings(), &query, folder.path()).unwrap();
    let agent = &server.asked()[0].headers["user-agent"];
    assert_eq!(agent, &format!("perspektiv/{}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn calls_keep_to_the_rate_also_over_several_fetches() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let mut query = query("kolada", &server.url("kolada/v3/"));
    query.table = Some("oudata".to_owned());
    query.kpi = texts(&["N00001"]);
    // 57 years, at most 25 a call.
    query.years = texts(&["1970-"]);
    query.ou = texts(&["V15E01"]);
    let span = Duration::from_millis(1500);
    query.rate = Some(Rate { calls: 2, per: span });
    let client = Client::new(settings(), Environment::default());
    let begun = Instant::now();
    let mut events = Vec::new();
    fetch(&client, &query, folder.path(), &mut |event| {
        events.push(format!("{event:?}"))
    })
    .unwrap();
    query.ou = texts(&["V15E02"]);
    fetch(&client, &query, folder.path(), &mut |_| ()).unwrap();
    // Two at once, two a span later, two after another span, whichever fetch they are of.
    let asked = server.asked();
    assert_eq!(asked.len(), 6);
    assert!(asked[2].at - begun >= span && asked[4].at - begun >= 2 * span);
    assert!(asked[1].at - begun < span, "{:?}", asked[1].at - begun);
    assert_eq!(events[0], format!("{:?}", Event::Planned(3)));
    assert!(events.contains(&format!("{:?}", Event::Answered(3))));
}

#[test]
fn a_proxy_is_used_where_the_environment_says_so() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let behind = server.address();
    let proxy = Server::start("127.0.0.1:0", move |_| {
        Reply::text("text/plain", "").sent(Sent::Tunnel(behind))
    });
    let variables = |more: &[(&str, &str)]| {
        let own = (
            "HTTP_PROXY".to_owned(),
            format!("http://me:hemligt@{}", proxy.address()),
        );
        let more = more
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Environment::from_variables(more.chain([own]))
    };
    // No server has this name: only the proxy knows the way.
    let mut query = query("kolada", "http://kolada.invalid/kolada/v3/");
    query.table = Some("ou".to_owned());
    let client = Client::new(settings(), variables(&[]));
    let fetched = fetch(&client, &query, folder.path(), &mut |_| ()).unwrap();
    assert_eq!(fetched.calls, 1);
    let asked = &proxy.asked()[0];
    assert_eq!(
        (asked.method.as_str(), asked.target.as_str()),
        ("CONNECT", "kolada.invalid:80")
    );
    assert_eq!(server.asked()[0].target, "/kolada/v3/ou?per_page=5000");
    let quick = Settings {
        attempts: 1,
        ..settings()
    };
    let directly = Client::new(quick, variables(&[("NO_PROXY", "kolada.invalid")]));
    fetch(&directly, &query, folder.path(), &mut |_| ()).unwrap_err();
    assert_eq!(proxy.asked().len(), 1);
}

#[test]
fn a_proxy_that_refuses_is_told_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let proxy = Server::start("127.0.0.1:0", |_| Reply::text("text/plain", "").status(407));
    let variables = [(
        "https_proxy".to_owned(),
        format!("http://me:hemligt@{}", proxy.address()),
    )];
    let mut query = query("kolada", "https://kolada.invalid/v3/");
    query.table = Some("ou".to_owned());
    let client = Client::new(settings(), Environment::from_variables(variables));
    let mut said = String::new();
    let error = fetch(&client, &query, folder.path(), &mut |event| {
        said.push_str(&format!("{event:?}"))
    })
    .unwrap_err();
    let all = format!("{error} {error:?} {said} {client:?}");
    assert!(
        error.to_string().contains("The proxy refused the connection"),
        "{error}"
    );
    assert!(!all.contains("hemligt"), "{all}");
}

/// A certificate for this machine that everybody knows the key of: it is good for nothing but this test.
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\n\
    MIIBmDCCAT6gAwIBAgIUcRfjfL7KpAAnTW9L2eyoGELFg80wCgYIKoZIzj0EAwIw\n\
    FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjA5NTkyOVoYDzIxMjYxMDI5\n\
    MDk1OTI5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n\
    PQMBBwNCAATvJKs+Xx4KfVIFmFHBScqVhF0coA0/DiX/onCDHDExNubK7FoqDFwg\n\
    38JuKj7hDgB+4m4l2L0iYzFgS+vpUTQfo2wwajAdBgNVHQ4EFgQU9RiGOg7Cvfxu\n\
    zLpGTE5e+yJAITIwHwYDVR0jBBgwFoAU9RiGOg7CvfxuzLpGTE5e+yJAITIwGgYD\n\
    VR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAwGA1UdEwEB/wQCMAAwCgYIKoZIzj0E\n\
    AwIDSAAwRQIhAMPcXVT2W6Za/wbICTU2OitWwhV+c7qufMUX1MjTokbiAiBrY25i\n\
    O4u4E7M6a+iEJLFJZ7bQ0KoR/bpPmCvzrugmqQ==\n\
    -----END CERTIFICATE-----\n";
const KEY: &str = "-----BEGIN PRIVATE KEY-----\n\
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg76F3c9GAGRTK0vMV\n\
    eASp3MN3DvIbvywau+TAlYXehi+hRANCAATvJKs+Xx4KfVIFmFHBScqVhF0coA0/\n\
    DiX/onCDHDExNubK7FoqDFwg38JuKj7hDgB+4m4l2L0iYzFgS+vpUTQf\n\
    -----END PRIVATE KEY-----\n";

#[test]
fn a_secure_connection_wants_a_certificate_that_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let known = folder.path().join("known.pem");
    std::fs::write(&known, CERTIFICATE).unwrap();
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(CERTIFICATE.as_bytes())
        .map(Result::unwrap)
        .collect();
    let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/v3/", listener.local_addr().unwrap().port());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            // Who does not know the certificate goes away before it asks anything.
            if stream.read(&mut [0; 4096]).is_ok() {
                let body = r#"{"values":[{"id":"V1","title":"A","municipality":"0180"}]}"#;
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
                stream.write_all((head + body).as_bytes()).unwrap();
                stream.conn.send_close_notify();
                stream.flush().unwrap();
            }
        }
    });
    let mut query = query("kolada", &url);
    query.table = Some("ou".to_owned());
    let with = |variables: Vec<(String, String)>| {
        let client = Client::new(settings(), Environment::from_variables(variables));
        fetch(&client, &query, folder.path(), &mut |_| ())
    };
    let fetched = with(vec![(
        "SSL_CERT_FILE".to_owned(),
        known.to_str().unwrap().to_owned(),
    )])
    .unwrap();
    assert_eq!(fetched.calls, 1);
    let error = with(vec![]).unwrap_err().to_string();
    assert!(
        error.contains("No secure connection: invalid peer certificate") && error.contains("SSL_CERT_FILE"),
        "{error}"
    );
    assert!(!error.contains("tried"), "{error}");
    let error = with(vec![("SSL_CERT_FILE".to_owned(), "/nowhere.pem".to_owned())])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("no root certificates were found") && error.contains("/nowhere.pem"),
        "{error}"
    );
}

#[test]
fn a_server_without_tls_is_no_secure_one() {
    let (server, folder) = (Server::agencies(), tempfile::tempdir().unwrap());
    let mut query = query("kolada", &server.url("kolada/v3/").replace("http:", "https:"));
    query.table = Some("ou".to_owned());
    let error = run(settings(), &query, folder.path()).unwrap_err().to_string();
    assert!(error.contains("https and http are not the same"), "{error}");
}
