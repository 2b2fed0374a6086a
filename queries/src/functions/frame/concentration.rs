//! What the measures of concentration have in common: values, perhaps with weights.

use datafusion::common::Result;
use perspektiv_statistics::StatisticsError;
use perspektiv_statistics::concentration::Lorenz;

use super::columns::Finish;
use super::result::real;

/// A measure of the rows in which nothing is NULL; the values are the first column
/// and the weights, if given, the second.
pub(in crate::functions) fn measure(
    method: impl Fn(&[f64], Option<&[f64]>) -> Result<Option<f64>, StatisticsError> + Send + Sync + 'static,
) -> Result<Finish> {
    Ok(Box::new(move |columns| {
        let columns = columns.complete();
        Ok(method(columns.numbers(0), columns.given(1))?.map(real))
    }))
}

/// What the Lorenz curve of such rows says.
pub(in crate::functions) fn on_curve(
    question: impl Fn(&Lorenz) -> Result<f64, StatisticsError> + Send + Sync + 'static,
) -> Result<Finish> {
    measure(move |values, weights| {
        let curve = Lorenz::new(values, weights)?;
        curve.as_ref().map(&question).transpose()
    })
}
