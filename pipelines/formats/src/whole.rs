//! A delivery in which a reader may jump about.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::open::open;
use crate::unpack::Unpacked;
use crate::{Digest, SourceError};

/// What is unpacked to memory.
const LIMIT: u64 = 512 << 20;

/// All of a delivery.
pub(crate) enum Whole {
    /// As it lies on the disk.
    File(File),
    /// Unpacked to memory.
    Memory(Vec<u8>),
}

/// Opens a delivery, with its length and checksum. What is packed is unpacked to memory, at most 512 MB.
///
/// # Errors
/// Those of [`Unpacked`]; or too much comes out.
pub(crate) fn whole(path: &Path, member: Option<&str>) -> Result<(Whole, Digest), SourceError> {
    let mut unpacked = Unpacked::open(path, member)?;
    if unpacked.container().is_none() {
        io::copy(&mut unpacked, &mut io::sink())?;
        return Ok((Whole::File(open(path)?), unpacked.digest()));
    }
    let (bytes, digest) = to_memory(unpacked, LIMIT)?;
    Ok((Whole::Memory(bytes), digest))
}

/// Reads all of a delivery, up to a limit.
fn to_memory(mut unpacked: Unpacked, limit: u64) -> Result<(Vec<u8>, Digest), SourceError> {
    let mut bytes = Vec::new();
    unpacked.by_ref().take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(SourceError::Form(format!(
            "The file holds more than {} MB, which is more than is read at once. Split it, or unpack it first if it \
             is packed.",
            limit >> 20
        )));
    }
    Ok((bytes, unpacked.digest()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write as _;

    use super::*;

    /// Ten megabytes in ten kilobytes: refused where they would be held.
    #[test]
    fn what_comes_out_is_bounded_and_the_checksum_is_of_what_came() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&vec![b'0'; 10 << 20]).unwrap();
        let packed = encoder.finish().unwrap();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&packed).unwrap();
        let unpacked = || Unpacked::open(file.path(), None).unwrap();
        let error = to_memory(unpacked(), (10 << 20) - 1).unwrap_err();
        assert!(error.to_string().contains("more than 9 MB"), "{error}");
        let (bytes, digest) = to_memory(unpacked(), 10 << 20).unwrap();
        assert_eq!((bytes.len(), digest.bytes), (10 << 20, packed.len() as u64));
        let (source, again) = whole(file.path(), None).unwrap();
        assert!(matches!(source, Whole::Memory(bytes) if bytes.len() == 10 << 20));
        assert_eq!(again.bytes, packed.len() as u64);
    }
}
