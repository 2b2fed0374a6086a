//! The design of a row as a value of SQL, and how functions read it.

use std::sync::{Arc, LazyLock};

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, DictionaryArray, Float64Array, Int64Array, ListArray, StructArray,
    UInt32Array,
};
use arrow::datatypes::{DataType, Field, Fields, Float64Type, Int32Type, Int64Type, UInt32Type};
use datafusion::common::{Result, exec_err, internal_err};
use perspektiv_statistics::{Place, Sample};

use super::refused;

/// The fields of a design: the stratum (by place in the sample), the PSU, the
/// weight, what else the design asks for (see [`Place::extra`]), and the sample.
///
/// The sample is the same in all rows, as bytes; a dictionary holds it once.
pub(in crate::functions) static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        Field::new("stratum", DataType::UInt32, true),
        Field::new("psu", DataType::Int64, true),
        Field::new("weight", DataType::Float64, true),
        Field::new("extra", numbers(), true),
        Field::new("sample", sample_type(), true),
    ])
});

/// The type of a design.
pub(crate) fn design_type() -> DataType {
    DataType::Struct(FIELDS.clone())
}

/// The type of a sample.
pub(in crate::functions) fn sample_type() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Binary))
}

/// A list of numbers.
pub(in crate::functions) fn numbers() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Float64, true)))
}

/// The samples that were seen, so that each is read once.
#[derive(Debug, Clone, Default)]
pub(in crate::functions) struct Samples {
    known: Vec<(ArrayRef, usize, Arc<Sample>)>,
}

impl Samples {
    /// The sample in one place of a dictionary's values.
    pub(in crate::functions) fn read(
        &mut self,
        function: &str,
        values: &ArrayRef,
        place: usize,
    ) -> Result<Arc<Sample>> {
        let Some(bytes) = values
            .as_binary_opt::<i32>()
            .filter(|bytes| bytes.is_valid(place))
        else {
            return internal_err!("a survey design holds no sample");
        };
        let same = |known: &&(ArrayRef, usize, Arc<Sample>)| {
            let (array, at, _) = known;
            let old = array
                .as_binary_opt::<i32>()
                .map(|old: &BinaryArray| old.value(*at));
            (Arc::ptr_eq(array, values) && *at == place) || old == Some(bytes.value(place))
        };
        if let Some((_, _, sample)) = self.known.iter().find(same) {
            return Ok(Arc::clone(sample));
        }
        let sample = Sample::from_bytes(bytes.value(place)).map_err(|error| refused(function, &error))?;
        let sample = Arc::new(sample);
        self.known.push((Arc::clone(values), place, Arc::clone(&sample)));
        Ok(sample)
    }

    /// All samples of a dictionary, by place; those that no row names may be none.
    pub(in crate::functions) fn read_all(
        &mut self,
        function: &str,
        dictionary: &DictionaryArray<Int32Type>,
    ) -> Result<Vec<Arc<Sample>>> {
        let values = dictionary.values();
        (0..values.len())
            .map(|place| self.read(function, values, place))
            .collect()
    }
}

/// The designs of a batch of rows.
pub(in crate::functions) struct Designs<'a> {
    design: &'a StructArray,
    stratum: &'a UInt32Array,
    psu: &'a Int64Array,
    weight: &'a Float64Array,
    extra: &'a ListArray,
    numbers: &'a Float64Array,
    sample: &'a DictionaryArray<Int32Type>,
    samples: Vec<Arc<Sample>>,
}

impl<'a> Designs<'a> {
    pub(in crate::functions) fn new(
        function: &str,
        design: &'a ArrayRef,
        samples: &mut Samples,
    ) -> Result<Self> {
        let read = |design: &'a StructArray| {
            let [stratum, psu, weight, extra, sample] = design.columns() else {
                return None;
            };
            let extra = extra.as_list_opt::<i32>()?;
            Some((
                stratum.as_primitive_opt::<UInt32Type>()?,
                psu.as_primitive_opt::<Int64Type>()?,
                weight.as_primitive_opt::<Float64Type>()?,
                extra,
                extra.values().as_primitive_opt::<Float64Type>()?,
                sample.as_dictionary_opt::<Int32Type>()?,
            ))
        };
        let Some(design) = design.as_struct_opt() else {
            return internal_err!("a survey design is a struct");
        };
        let Some((stratum, psu, weight, extra, numbers, sample)) = read(design) else {
            return internal_err!("a survey design has other fields than it should");
        };
        Ok(Self {
            design,
            stratum,
            psu,
            weight,
            extra,
            numbers,
            sample,
            samples: samples.read_all(function, sample)?,
        })
    }

    /// The samples that rows name.
    pub(in crate::functions) fn samples(&self) -> &[Arc<Sample>] {
        &self.samples
    }

    /// Where a row stands, and the place of its sample; none for a row that a
    /// standardised design leaves out.
    pub(in crate::functions) fn row(&self, function: &str, row: usize) -> Result<Option<(usize, Place<'_>)>> {
        if self.design.is_null(row) || self.sample.is_null(row) || self.stratum.is_null(row) {
            return exec_err!(
                "{function}: a row with a value has no sample design (`design` is NULL); does it come from \
                 an outer join, or from a row that is not part of the sample?"
            );
        }
        if self.weight.is_null(row) {
            return Ok(None);
        }
        let extra = match self.extra.is_null(row) {
            true => &[],
            false => {
                let offsets = self.extra.value_offsets();
                let (from, to) = (offsets[row] as usize, offsets[row + 1] as usize);
                &self.numbers.values()[from..to]
            }
        };
        let place = Place {
            stratum: self.stratum.value(row),
            psu: self.psu.is_valid(row).then(|| self.psu.value(row)),
            weight: self.weight.value(row),
            extra,
        };
        Ok(Some((self.sample.keys().value(row) as usize, place)))
    }
}
