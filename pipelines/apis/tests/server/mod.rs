//! A server that plays the agencies, from recorded answers and rules, and breaks in every way that a test
//! asks for.
//!
//! `http://…/kolada/v3/`, `/pxweb1/` (table `BE/TAB6471`), `/pxweb2/` (table `TAB6471`) and
//! `/socialstyrelsen/` (subject `dodsorsaker`) answer as the agencies do; `/fault/NAME/…` before it breaks
//! the answers so: see [`faults`]. One thread for each connection, one answer for each. The tests that run the
//! program (`tests/it`) include it too.

// Not every user of the server uses all of it.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

pub mod data;
pub mod faults;
mod kolada;
mod pxweb;
mod socialstyrelsen;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A question that came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in small letters.
    pub headers: HashMap<String, String>,
    pub body: String,
    pub at: Instant,
}

impl Asked {
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    /// The parameters of the address, decoded.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect()
    }

    pub fn pair(&self, name: &str) -> Option<String> {
        self.pairs()
            .into_iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }
}

/// What is sent back.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub sent: Sent,
}

/// How a body is sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sent {
    /// As announced.
    Whole,
    /// In pieces of which each says its length.
    Chunked,
    /// Half of what was announced.
    HalfOfLength,
    /// Half of the pieces, without the last.
    HalfOfChunks,
    /// A byte at a time, with that pause.
    Drip(Duration),
    /// Again and again without an end.
    Endless,
    /// Not even headers.
    Nothing,
    /// As a proxy does: what follows goes to that server, and back.
    Tunnel(SocketAddr),
}

impl Reply {
    pub fn json(value: &serde_json::Value) -> Self {
        Self::text("application/json; charset=utf-8", value.to_string())
    }

    pub fn text(kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: vec![("Content-Type".to_owned(), kind.to_owned())],
            body: body.into(),
            sent: Sent::Whole,
        }
    }

    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn sent(mut self, sent: Sent) -> Self {
        self.sent = sent;
        self
    }
}

type Handler = dyn Fn(&Asked) -> Reply + Send + Sync;

/// A server that runs until it is dropped.
pub struct Server {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    log: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// The agencies and their faults.
    pub fn agencies() -> Self {
        let faults = faults::Faults::default();
        Self::start("127.0.0.1:0", move |asked| faults.answer(asked, &agency))
    }

    /// Any answers.
    pub fn start(at: &str, handler: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(at).unwrap();
        let address = listener.local_addr().unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let log = Arc::new(Mutex::new(Vec::new()));
        let handler: Arc<Handler> = Arc::new(handler);
        let (stopped, logged) = (stop.clone(), log.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (handler, log, stop) = (handler.clone(), logged.clone(), stopped.clone());
                // A client that goes away in the middle is its own matter.
                thread::spawn(move || serve(stream, &*handler, &log, &stop));
            }
        });
        Self { address, stop, log }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// What has been asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for a connection.
        drop(TcpStream::connect(self.address));
    }
}

fn serve(
    stream: TcpStream,
    handler: &Handler,
    log: &Mutex<Vec<Asked>>,
    stop: &AtomicBool,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Ok(());
    };
    let (method, target) = (method.to_owned(), target.to_owned());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers
        .get("content-length")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let asked = Asked {
        method,
        target,
        headers,
        body: String::from_utf8(body).unwrap(),
        at: Instant::now(),
    };
    log.lock().unwrap().push(asked.clone());
    let reply = handler(&asked);
    send(stream, &reply, stop)
}

fn send(mut stream: TcpStream, reply: &Reply, stop: &AtomicBool) -> std::io::Result<()> {
    if reply.sent == Sent::Nothing {
        while !stop.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(50));
        }
        return Ok(());
    }
    let mut head = format!("HTTP/1.1 {} Status\r\nConnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    match reply.sent {
        Sent::Chunked | Sent::HalfOfChunks => head.push_str("Transfer-Encoding: chunked\r\n"),
        // Ends with the connection.
        Sent::Endless | Sent::Tunnel(_) => {}
        _ => head.push_str(&format!("Content-Length: {}\r\n", reply.body.len())),
    }
    stream.write_all(head.as_bytes())?;
    stream.write_all(b"\r\n")?;
    let half = &reply.body[..reply.body.len() / 2];
    match reply.sent {
        Sent::Whole => stream.write_all(&reply.body),
        Sent::HalfOfLength => stream.write_all(half),
        Sent::Chunked => {
            chunks(&mut stream, &reply.body)?;
            stream.write_all(b"0\r\n\r\n")
        }
        Sent::HalfOfChunks => chunks(&mut stream, half),
        Sent::Drip(pause) => {
            for byte in &reply.body {
                stream.write_all(&[*byte])?;
                thread::sleep(pause);
            }
            Ok(())
        }
        Sent::Endless => loop {
            stream.write_all(&reply.body)?;
        },
        Sent::Nothing => Ok(()),
        Sent::Tunnel(to) => {
            let (mut from, mut there) = (stream.try_clone()?, TcpStream::connect(to)?);
            let mut back = there.try_clone()?;
            thread::spawn(move || std::io::copy(&mut from, &mut there));
            std::io::copy(&mut back, &mut stream).map(drop)
        }
    }
}

fn chunks(stream: &mut TcpStream, body: &[u8]) -> std::io::Result<()> {
    for chunk in body.chunks(1000) {
        write!(stream, "{:x}\r\n", chunk.len())?;
        stream.write_all(chunk)?;
        stream.write_all(b"\r\n")?;
    }
    Ok(())
}

/// What the agency answers to which the path belongs.
pub fn agency(asked: &Asked, path: &str) -> Reply {
    let rest = |name: &str| path.strip_prefix(name).map(str::to_owned);
    if let Some(rest) = rest("/kolada/v3/") {
        return kolada::answer(asked, &rest);
    }
    if let Some(rest) = rest("/pxweb1/") {
        return pxweb::answer_1(asked, &rest);
    }
    if let Some(rest) = rest("/pxweb2/") {
        return pxweb::answer_2(asked, &rest);
    }
    if let Some(rest) = rest("/socialstyrelsen/") {
        return socialstyrelsen::answer(asked, &rest);
    }
    Reply::text("text/plain", "No such agency").status(404)
}
