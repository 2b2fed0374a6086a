#![allow(clippy::unwrap_used)]
use std::sync::Arc;

use bytes::Bytes;
use parquet::file::metadata::{FileMetaData, ParquetMetaDataBuilder, RowGroupMetaData};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::SchemaDescriptor;

use super::*;

/// Kind 0, 300 bytes, 20 of them packed, a checksum, a page of data with 7 values in encoding 8.
const PLAIN: &[u8] =
    b"\x15\x00\x15\xd8\x04\x15\x28\x15\x05\x1c\x15\x0e\x15\x10\x15\x06\x15\x06\x1c\x18\x02ab\x00\x00\x00";

fn header(bytes: &[u8]) -> Option<Header> {
    Thrift::new(bytes).header()
}

#[test]
fn headers_are_read_up_to_their_end() {
    let expected = Header {
        kind: 0,
        size: 300,
        packed: 20,
        values: 7,
        encoding: 8,
        length: PLAIN.len() as u64,
    };
    assert_eq!(header(PLAIN).as_ref(), Some(&expected));
    assert_eq!(header(&[PLAIN, b"more"].concat()), Some(expected));
    for cut in 0..PLAIN.len() {
        assert_eq!(header(&PLAIN[..cut]), None, "{cut}");
    }
}

#[test]
fn what_another_reader_would_take_otherwise_is_refused() {
    for bytes in [
        // A size as a text, as 64 bits, below zero, too many bytes long.
        &b"\x15\x00\x18\x01a\x15\x28\x00"[..],
        b"\x15\x00\x16\x02\x15\x28\x00",
        b"\x15\x00\x15\x01\x15\x28\x00",
        b"\x15\x00\x15\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x15\x28\x00",
        // The page's own header as a number, and a list.
        b"\x15\x00\x15\x02\x15\x28\x25\x00\x00",
        b"\x15\x00\x15\x02\x15\x28\x69\x15\x00\x00",
        // No size at all.
        b"\x15\x00\x25\x28\x00",
    ] {
        assert_eq!(header(bytes), None, "{bytes:?}");
    }
    // Said twice, the last counts, as there.
    let twice = header(b"\x15\x00\x15\x02\x15\x02\x05\x04\xd8\x04\x00");
    assert_eq!(twice.map(|header| header.size), Some(300));
}

/// A field of Thrift: the next one, an integer.
fn integer(number: i32) -> Vec<u8> {
    let mut bytes = vec![0x15];
    let mut left = number.unsigned_abs() << 1;
    while left > 0x7f {
        bytes.push(left as u8 | 0x80);
        left >>= 7;
    }
    bytes.push(left as u8);
    bytes
}

/// The header of a page of data or of a dictionary, without the page.
fn page(kind: i32, size: i32, packed: i32, values: i32, encoding: i32) -> Vec<u8> {
    // Field 5 or 7, a struct.
    let head = if kind == DICTIONARY { 0x4c } else { 0x2c };
    [
        integer(kind),
        integer(size),
        integer(packed),
        vec![head],
        integer(values),
        integer(encoding),
        vec![0, 0],
    ]
    .concat()
}

/// What is found in a row group whose columns have these pages each.
fn looked(columns: &[Vec<u8>]) -> Result<u64, String> {
    let fields: String = (0..columns.len())
        .map(|at| format!("required binary k{at};"))
        .collect();
    let schema = parse_message_type(&format!("message m {{ {fields} }}")).unwrap();
    let schema = Arc::new(SchemaDescriptor::new(Arc::new(schema)));
    let mut file = Vec::new();
    let mut chunks = Vec::new();
    for (at, pages) in columns.iter().enumerate() {
        let chunk = ColumnChunkMetaData::builder(schema.column(at))
            .set_data_page_offset(file.len() as i64)
            .set_total_compressed_size(pages.len() as i64);
        chunks.push(chunk.build().unwrap());
        file.extend_from_slice(pages);
    }
    let group = RowGroupMetaData::builder(Arc::clone(&schema)).set_num_rows(1);
    let group = group.set_column_metadata(chunks).build().unwrap();
    let about = FileMetaData::new(1, 1, None, None, schema, None);
    let metadata = ParquetMetaDataBuilder::new(about).add_row_group(group).build();
    look(&Bytes::from(file), &metadata).map_err(|error| error.to_string())
}

#[test]
fn claims_are_believed_up_to_a_limit() {
    let most = PAGE as i32;
    assert_eq!(looked(&[page(0, most, 0, 1024, 0)]), Ok(PAGE / 1024));
    for kind in [0, 1, 2, 3] {
        let told = looked(&[page(0, 9, 0, 1, 0), page(kind, most + 1, 0, 1, 0)]).unwrap_err();
        assert!(
            told.starts_with("A page of the column 'k1', in row group 1, unpacks to 256 MB, of which"),
            "{told}"
        );
    }
    let told = looked(&[page(0, i32::MAX, 0, 1, 0)]).unwrap_err();
    assert!(told.contains("unpacks to 2047 MB"), "{told}");
    // One page of each column at a time, and its dictionary.
    let pages = [
        page(DICTIONARY, most, 0, 1, 0),
        page(0, most, 0, 1, 8),
        page(0, most, 0, 1, 8),
    ]
    .concat();
    assert!(looked(&[pages.clone(), pages.clone()]).is_ok());
    let told = looked(&[pages.clone(), pages, page(0, 1, 0, 1, 0)]).unwrap_err();
    assert!(
        told.starts_with(
            "Up to the column 'k2' of row group 1, one page of each column unpacks to more than 1024 MB."
        ),
        "{told}"
    );
    let told = looked(&[page(DICTIONARY, 100, 0, 26, 0)]).unwrap_err();
    assert!(
        told.contains("the dictionary of the column 'k0', in row group 1"),
        "{told}"
    );
    assert!(looked(&[page(DICTIONARY, 100, 0, 25, 0)]).is_ok());
}

#[test]
fn the_longest_rows_decide() {
    let pages = [
        page(0, 1000, 0, 1000, 0),
        page(0, 5000, 0, 10, 0),
        page(0, 0, 0, 0, 0),
    ]
    .concat();
    assert_eq!(looked(&[pages.clone(), pages]), Ok(1000));
    // Values that share all with the one before may be 1600 bytes each: a million lengths, twice, of one block each.
    let lengths = [0x80, 0x80, 0x40, 4, 0xc0, 0x84, 0x3d, 0, 0, 0, 0, 0, 0];
    let header = [
        integer(0),
        integer(1600),
        integer(1600),
        vec![0x2c],
        integer(1_000_000),
        integer(DELTA_BYTE_ARRAY),
        integer(3),
        integer(3),
        vec![0, 0],
    ];
    let mut shared = header.concat();
    let end = shared.len() + 1600;
    shared.extend([lengths, lengths].concat());
    shared.resize(end, 0);
    assert_eq!(looked(&[shared.clone()]), Ok(200));
    // One length more than values.
    let at = end - 1600 + 4;
    shared[at] += 1;
    let told = looked(&[shared]).unwrap_err();
    assert!(
        told.contains("of the column 'k0', in row group 1, is said to have more texts"),
        "{told}"
    );
    let many = page(0, 1, 0, i32::MAX, DELTA_BYTE_ARRAY);
    let told = looked(&[many]).unwrap_err();
    assert!(told.contains("has 2147483647 values, of which at most"), "{told}");
}

#[test]
fn pages_that_go_beyond_their_column_are_refused() {
    for pages in [page(0, 1, 1, 1, 0), vec![0xff; 30], PLAIN[..9].to_vec()] {
        let told = looked(&[page(0, 1, 0, 1, 0), pages]).unwrap_err();
        assert!(
            told.contains(
                "the header of a page of the column 'k1', in row group 1, at byte 13, cannot be read"
            ),
            "{told}"
        );
    }
}
