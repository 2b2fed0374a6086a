//! The arguments of a survey function as the statistics want them.

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StructArray};
use arrow::datatypes::{Float64Type, Int64Type};
use datafusion::common::{DataFusionError, Result, exec_err, internal_err};
use perspektiv_statistics::{DesignRow, StatisticsError};

/// A batch of values and the design of their rows.
pub(super) struct Input<'a> {
    y: &'a Float64Array,
    design: &'a StructArray,
    stratum: &'a Int64Array,
    psu: &'a Int64Array,
    weight: &'a Float64Array,
    psus: &'a Int64Array,
    fpc: &'a Float64Array,
}

impl<'a> Input<'a> {
    pub(super) fn new(arguments: &'a [ArrayRef]) -> Result<Self> {
        let [y, design, ..] = arguments else {
            return internal_err!("a survey function got {} arguments", arguments.len());
        };
        let (Some(y), Some(design)) = (y.as_primitive_opt::<Float64Type>(), design.as_struct_opt()) else {
            return internal_err!("a survey function got arguments of other types than it asked for");
        };
        let whole = |name: &str| {
            design
                .column_by_name(name)
                .and_then(|column| column.as_primitive_opt::<Int64Type>())
        };
        let real = |name: &str| {
            design
                .column_by_name(name)
                .and_then(|column| column.as_primitive_opt::<Float64Type>())
        };
        let (Some(stratum), Some(psu), Some(psus)) = (whole("stratum"), whole("psu"), whole("psus")) else {
            return internal_err!("a survey design lacks its stratum, psu or psus");
        };
        let (Some(weight), Some(fpc)) = (real("weight"), real("fpc")) else {
            return internal_err!("a survey design lacks its weight or fpc");
        };
        Ok(Self {
            y,
            design,
            stratum,
            psu,
            weight,
            psus,
            fpc,
        })
    }

    pub(super) fn len(&self) -> usize {
        self.y.len()
    }

    /// The value and the design of a row; none when the value is NULL, for such a
    /// row leaves the domain.
    pub(super) fn row(&self, row: usize) -> Result<Option<(f64, DesignRow)>> {
        if self.y.is_null(row) {
            return Ok(None);
        }
        for (array, name) in [
            (self.design as &dyn Array, "the design"),
            (self.stratum, "design_stratum"),
            (self.weight, "design_weight"),
            (self.psus, "design_psus"),
        ] {
            if array.is_null(row) {
                return exec_err!(
                    "a row with a value has no sample design ({name} is NULL); does it come from \
                     an outer join, or from a row that is not part of the sample?"
                );
            }
        }
        let design = DesignRow {
            stratum: self.stratum.value(row),
            psu: self.psu.is_valid(row).then(|| self.psu.value(row)),
            weight: self.weight.value(row),
            units: self.psus.value(row),
            population: self.fpc.is_valid(row).then(|| self.fpc.value(row)),
        };
        Ok(Some((self.y.value(row), design)))
    }
}

/// A method's refusal as an error of the query.
pub(super) fn refused(error: StatisticsError) -> DataFusionError {
    DataFusionError::Execution(error.to_string())
}
