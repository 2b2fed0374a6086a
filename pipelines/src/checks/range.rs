//! `range`: the least and the greatest value, the same as `range` of the column.

use super::column::COLUMN;
use super::{KIND as OF_KIND, column};
use crate::definition::{Column, KeyKind, Section, Shape, needed, read_range};

pub(super) const KIND: KeyKind = KeyKind {
    name: "range",
    keys: &[
        OF_KIND,
        COLUMN,
        needed(
            "range",
            Shape::Bounds,
            "The least and the greatest value: [0, 744].",
        ),
    ],
};

pub(super) fn read(section: &Section<'_, '_>, columns: &mut [Column]) {
    if !section.has("range") {
        section.error(
            section.span(),
            "The check has no `range`.",
            "Write range = [least, greatest].",
        );
    }
    let Some(column) = column(section, columns) else {
        return;
    };
    let range = read_range(section, column.kind);
    if range.is_some() && column.range.is_some() {
        section.error(
            section.place_of("range"),
            format!("The column '{}' has a range already.", column.name),
            "Keep the one that is meant.",
        );
    }
    column.range = range;
}
