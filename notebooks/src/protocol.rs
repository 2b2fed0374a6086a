//! What a notebook and the engine say to each other.
//!
//! Both directions of the pipe carry messages of one form: the length of the
//! head as four bytes (little-endian), the head as JSON, and after an
//! [`Answer`] as many bytes of Arrow IPC stream as its head says. The engine
//! speaks first, with [`Reply::Ready`]; then every [`Request`] gets one
//! [`Reply`], in order. The engine ends when its input does.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use perspektiv_disclosure::{Column, Provenance, Rule};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::NotebookError;

/// Version of the protocol; both sides must be of the same.
pub const VERSION: u32 = 2;

/// Longest head that is believed, in bytes. Anything longer is text of another
/// program on the pipe, read as a length.
const LONGEST_HEAD: u32 = 16 << 20;

/// What a notebook asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// A named query.
    Query {
        /// Its name, such as `mal`.
        name: String,
        /// Its parameters, as text; the engine reads them by their types.
        params: BTreeMap<String, String>,
    },
    /// A query of the notebook's own.
    Sql {
        /// One SQL query, with a front matter or without.
        text: String,
        /// Values of its `$name` parameters, as text.
        params: BTreeMap<String, String>,
    },
    /// The tables of the snapshot.
    Tables,
    /// The named queries.
    Queries,
}

/// What the engine answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum Reply {
    /// The engine has opened the workspace; said once, unasked.
    Ready(Ready),
    /// The request worked; the rows follow.
    Answer(Box<Answer>),
    /// The request failed; the engine is ready for the next.
    Failed(Failed),
}

/// How the engine presents itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// Version of the protocol that the engine speaks: [`VERSION`] at its build.
    pub protocol: u32,
    /// Program and version.
    pub program: String,
    /// The workspace it has opened.
    pub workspace: String,
    /// Number of the snapshot that all its answers come from.
    pub snapshot: u64,
    /// Whether any data of the workspace is synthetic.
    pub synthetic: bool,
}

/// The head of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The columns in words for an audience, in the order of the Arrow schema.
    pub columns: Vec<Column>,
    /// Where the rows come from.
    pub provenance: Provenance,
    /// The disclosure rule of the query; none for a free one.
    pub rule: Option<Rule>,
    /// Bytes of Arrow IPC stream that follow the head.
    pub bytes: u64,
}

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// The engine's message, whole sentences.
    pub message: String,
}

/// Writes a message: head, then body.
///
/// # Errors
/// The head is no JSON (a map with keys that are not texts), or the other side
/// has gone.
pub fn send(to: &mut impl Write, head: &impl Serialize, body: &[u8]) -> Result<(), NotebookError> {
    let head = serde_json::to_vec(head).map_err(|error| NotebookError::garbled(error.to_string()))?;
    let length = u32::try_from(head.len())
        .ok()
        .filter(|&length| length <= LONGEST_HEAD)
        .ok_or_else(|| NotebookError::garbled(format!("a head of {} bytes is too long", head.len())))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&head)?;
    to.write_all(body)?;
    to.flush()?;
    Ok(())
}

/// Reads the head of a message; none where the other side has ended between
/// two messages.
///
/// # Errors
/// The other side ended within a message, or what came is no message.
pub fn receive<T: DeserializeOwned>(from: &mut impl Read) -> Result<Option<T>, NotebookError> {
    let Some(head) = head(from)? else {
        return Ok(None);
    };
    serde_json::from_slice(&head)
        .map(Some)
        .map_err(|error| NotebookError::garbled(error.to_string()))
}

/// Understands the head of a request.
///
/// # Errors
/// It is none that this version knows. The pipe is in order, and the next request can be read.
pub fn request(head: &[u8]) -> Result<Request, NotebookError> {
    serde_json::from_slice(head).map_err(|error| NotebookError::unknown(error.to_string()))
}

/// Reads the head of a message without understanding it; none where the other side has ended between two messages.
///
/// # Errors
/// As [`receive`], for what is no message at all.
pub fn head(from: &mut impl Read) -> Result<Option<Vec<u8>>, NotebookError> {
    let Some(length) = length(from)? else {
        return Ok(None);
    };
    if length > LONGEST_HEAD {
        return Err(NotebookError::garbled(format!(
            "a head of {length} bytes is announced"
        )));
    }
    let mut head = vec![0; length as usize];
    from.read_exact(&mut head)?;
    Ok(Some(head))
}

fn length(from: &mut impl Read) -> Result<Option<u32>, NotebookError> {
    let mut bytes = [0; 4];
    let mut filled = 0;
    while filled < bytes.len() {
        match from.read(&mut bytes[filled..]) {
            Ok(0) if filled == 0 => return Ok(None),
            Ok(0) => return Err(std::io::Error::from(ErrorKind::UnexpectedEof).into()),
            Ok(n) => filled += n,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(u32::from_le_bytes(bytes)))
}

/// Rows as the body of an answer: an Arrow IPC stream.
///
/// # Errors
/// A batch has other columns than the schema.
pub fn body(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Vec<u8>, NotebookError> {
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, schema)?;
    for batch in batches {
        writer.write(batch)?;
    }
    writer.finish()?;
    drop(writer);
    Ok(bytes)
}

/// Reads the body of an answer that is `bytes` long, to its end.
///
/// # Errors
/// The other side ended before the body did, or the body is no Arrow stream.
pub fn rows(from: &mut impl Read, bytes: u64) -> Result<(SchemaRef, Vec<RecordBatch>), NotebookError> {
    let mut body = Vec::new();
    from.take(bytes).read_to_end(&mut body)?;
    if (body.len() as u64) < bytes {
        return Err(std::io::Error::from(ErrorKind::UnexpectedEof).into());
    }
    let reader = StreamReader::try_new(body.as_slice(), None)?;
    let schema = reader.schema();
    let batches = reader.collect::<Result<Vec<_>, _>>()?;
    Ok((schema, batches))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringArray};
    use arrow::datatypes::{DataType, Field, Schema};

    fn answer(bytes: u64) -> Reply {
        Reply::Answer(Box::new(Answer {
            columns: vec![Column {
                name: "n".into(),
                label: "Svar".into(),
                unit: Some("svar".into()),
                decimals: Some(0),
                identity: false,
            }],
            provenance: Provenance {
                query: "prov".into(),
                title: "Prov".into(),
                parameters: vec![("kommun".into(), "1780".into())],
                sources: vec!["Kolada".into()],
                unit: None,
                snapshot: 7,
                snapshot_hash: "0123456789ab".into(),
                synthetic: true,
            },
            rule: Some(Rule::Public),
            bytes,
        }))
    }

    #[test]
    fn messages_with_and_without_a_body_follow_each_other_on_one_pipe() {
        let schema = Arc::new(Schema::new(vec![
            Field::new("n", DataType::Int64, true),
            Field::new("kommun", DataType::Utf8, false),
        ]));
        let batch = RecordBatch::try_new(
            Arc::clone(&schema),
            vec![
                Arc::new(Int64Array::from(vec![Some(1), None])),
                Arc::new(StringArray::from(vec!["0017", "1780"])),
            ],
        )
        .unwrap();
        let body = body(&schema, std::slice::from_ref(&batch)).unwrap();
        let mut pipe = Vec::new();
        send(&mut pipe, &answer(body.len() as u64), &body).unwrap();
        send(
            &mut pipe,
            &Reply::Failed(Failed {
                message: "Nej.".into(),
            }),
            &[],
        )
        .unwrap();

        let mut from = pipe.as_slice();
        let Some(Reply::Answer(head)) = receive(&mut from).unwrap() else {
            panic!("the first message is an answer");
        };
        assert_eq!(Reply::Answer(head.clone()), answer(body.len() as u64));
        let (read, batches) = rows(&mut from, head.bytes).unwrap();
        assert_eq!(read, schema);
        assert_eq!(batches, [batch]);
        let failed: Reply = receive(&mut from).unwrap().unwrap();
        assert_eq!(
            failed,
            Reply::Failed(Failed {
                message: "Nej.".into()
            })
        );
        assert_eq!(receive::<Reply>(&mut from).unwrap(), None);
    }

    #[test]
    fn every_request_survives_the_pipe() {
        for request in [
            Request::Query {
                name: "mal".into(),
                params: BTreeMap::from([("kommun".into(), "1780".into())]),
            },
            Request::Sql {
                text: "SELECT 'å'".into(),
                params: BTreeMap::new(),
            },
            Request::Tables,
            Request::Queries,
        ] {
            let mut pipe = Vec::new();
            send(&mut pipe, &request, &[]).unwrap();
            assert_eq!(receive::<Request>(&mut pipe.as_slice()).unwrap(), Some(request));
        }
    }

    #[test]
    fn a_request_that_nobody_knows_is_an_error_and_the_next_is_read() {
        let mut pipe = Vec::new();
        for unknown in ["guess", "{", "tables "] {
            send(&mut pipe, &unknown, &[]).unwrap();
        }
        send(&mut pipe, &Request::Tables, &[]).unwrap();
        let mut from = pipe.as_slice();
        for _ in 0..3 {
            let error = request(&head(&mut from).unwrap().unwrap()).unwrap_err();
            assert!(
                error.to_string().contains("does not know this request"),
                "{error}"
            );
            assert!(!error.has_ended());
        }
        assert_eq!(
            request(&head(&mut from).unwrap().unwrap()).unwrap(),
            Request::Tables
        );
        assert_eq!(head(&mut from).unwrap(), None);
    }

    #[test]
    fn text_on_the_pipe_is_told_from_a_message() {
        let error = receive::<Reply>(&mut b"Hello, world".as_slice()).unwrap_err();
        assert!(error.to_string().contains("announced"), "{error}");
        let mut pipe = 5_u32.to_le_bytes().to_vec();
        pipe.extend(b"{\"a\"}");
        assert!(receive::<Reply>(&mut pipe.as_slice()).is_err());
    }

    #[test]
    fn an_end_within_a_message_is_no_end_between_two() {
        let mut pipe = Vec::new();
        send(&mut pipe, &answer(0), &[]).unwrap();
        for cut in [2, 4, pipe.len() - 1] {
            let error = receive::<Reply>(&mut &pipe[..cut]).unwrap_err();
            assert!(error.has_ended(), "{cut}: {error}");
        }
        let error = rows(&mut [0_u8; 3].as_slice(), 4).unwrap_err();
        assert!(error.has_ended(), "{error}");
    }
}
