//! From the parameters that a user gives to the values that the SQL is bound to.

use std::collections::BTreeMap;

use datafusion::common::ScalarValue;

use super::{Definition, Kind, Parameter, ParameterValue};
use crate::{QueryError, suggest};

/// The values that a query runs with, one a parameter.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    values: Vec<(String, Kind, Option<ParameterValue>)>,
}

impl Bound {
    /// One value.
    pub(crate) fn one(name: &str, kind: Kind, value: ParameterValue) -> Self {
        Self {
            values: vec![(name.to_owned(), kind, Some(value))],
        }
    }

    /// The value of a parameter; none where that is NULL.
    pub(crate) fn value(&self, name: &str) -> Option<&ParameterValue> {
        let (.., value) = self.values.iter().find(|(own, ..)| own == name)?;
        value.as_ref()
    }

    /// Names and typed values for the engine.
    pub(crate) fn scalars(&self) -> Vec<(String, ScalarValue)> {
        self.values
            .iter()
            .map(|(name, kind, value)| (name.clone(), ParameterValue::to_scalar(*kind, value.as_ref())))
            .collect()
    }

    /// Names and types, for the plan.
    pub(crate) fn kinds(&self) -> BTreeMap<&str, Kind> {
        self.values
            .iter()
            .map(|(name, kind, _)| (name.as_str(), *kind))
            .collect()
    }

    /// Names and values as text, for the provenance; those left out are left out.
    pub(crate) fn texts(&self) -> Vec<(String, String)> {
        self.values
            .iter()
            .filter_map(|(name, _, value)| Some((name.clone(), value.as_ref()?.to_string())))
            .collect()
    }
}

/// Validates what was given and fills in the defaults.
///
/// # Errors
/// A name is unknown, a value has the wrong type or is not allowed, or a required
/// one is missing; the message says what is allowed.
pub(crate) fn bind(definition: &Definition, given: &BTreeMap<String, String>) -> Result<Bound, QueryError> {
    for name in given.keys() {
        if definition.parameter(name).is_none() {
            return Err(unknown(definition, name));
        }
    }
    let values = definition
        .parameters
        .iter()
        .map(|parameter| {
            let text = given.get(&parameter.name).map(String::as_str);
            value(definition, parameter, text).map(|value| (parameter.name.clone(), parameter.kind, value))
        })
        .collect::<Result<_, _>>()?;
    Ok(Bound { values })
}

/// The same, with nothing given and nothing required: for checking a query.
pub(crate) fn bind_defaults(definition: &Definition) -> Bound {
    let values = definition
        .parameters
        .iter()
        .map(|parameter| (parameter.name.clone(), parameter.kind, parameter.default.clone()))
        .collect();
    Bound { values }
}

fn value(
    definition: &Definition,
    parameter: &Parameter,
    text: Option<&str>,
) -> Result<Option<ParameterValue>, QueryError> {
    let query = &definition.name;
    let name = &parameter.name;
    let Some(text) = text else {
        if parameter.required {
            return Err(QueryError::parameter(format!(
                "The query `{query}` needs a value for the parameter {}: give it as `{name}=…`.",
                parameter.describe()
            )));
        }
        return Ok(parameter.default.clone());
    };
    let refuse = |reason: &str| {
        QueryError::parameter(format!(
            "`{text}` is not a value for the parameter `{name}` of the query `{query}`: {reason}."
        ))
    };
    let value = ParameterValue::parse(parameter.kind, text).map_err(refuse)?;
    parameter.allow(&value).map_err(|reason| refuse(&reason))?;
    Ok(Some(value))
}

fn unknown(definition: &Definition, name: &str) -> QueryError {
    let query = &definition.name;
    if definition.parameters.is_empty() {
        return QueryError::parameter(format!(
            "The query `{query}` has no parameter `{name}`: it has none at all."
        ));
    }
    let names = definition
        .parameters
        .iter()
        .map(|parameter| parameter.name.as_str());
    let near = suggest::nearest(name, names)
        .map(|near| format!(" Did you mean `{near}`?"))
        .unwrap_or_default();
    let all = definition
        .parameters
        .iter()
        .map(Parameter::describe)
        .collect::<Vec<_>>()
        .join("; ");
    QueryError::parameter(format!(
        "The query `{query}` has no parameter `{name}`.{near} Its parameters are: {all}."
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::path::Path;

    use super::*;

    fn query() -> Definition {
        let text = "/*+++\ntitle = \"x\"\n[params.ar]\ntype = \"integer\"\ndefault = 2024\nmin = 2019\n\
                    [params.niva]\ntype = \"text\"\nchoices = [\"låg\", \"hög\"]\n\
                    [params.kommun]\ntype = \"text\"\nrequired = true\n\
                    [params.dag]\ntype = \"date\"\n[params.alla]\ntype = \"boolean\"\ndefault = false\n\
                    +++*/\nSELECT $ar, $niva, $kommun, $dag, $alla";
        Definition::parse(Path::new("t/prov.sql"), text).unwrap()
    }

    fn given(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    fn refused(pairs: &[(&str, &str)]) -> String {
        bind(&query(), &given(pairs)).unwrap_err().to_string()
    }

    #[test]
    fn values_are_typed_and_defaults_filled_in() {
        let bound = bind(
            &query(),
            &given(&[("kommun", "0017"), ("dag", "1970-03-01"), ("alla", "ja")]),
        )
        .unwrap();
        let scalars: BTreeMap<_, _> = bound.scalars().into_iter().collect();
        assert_eq!(scalars["ar"], ScalarValue::Int64(Some(2024)));
        assert_eq!(scalars["kommun"], ScalarValue::Utf8(Some("0017".into())));
        assert_eq!(scalars["niva"], ScalarValue::Utf8(None));
        assert_eq!(scalars["dag"], ScalarValue::Date32(Some(59)));
        assert_eq!(scalars["alla"], ScalarValue::Boolean(Some(true)));
        assert!(!bound.texts().iter().any(|(name, _)| name == "niva"));
    }

    #[test]
    fn wrong_use_is_explained() {
        let message = refused(&[]);
        assert!(message.contains("kommun (a text, required)"), "{message}");
        let message = refused(&[("komun", "1784")]);
        assert!(message.contains("Did you mean `kommun`?"), "{message}");
        assert!(message.contains("ar (a whole number, default 2024)"), "{message}");
        let message = refused(&[("kommun", "1784"), ("ar", "i fjol")]);
        assert!(message.contains("write a whole number"), "{message}");
        let message = refused(&[("kommun", "1784"), ("ar", "1999")]);
        assert!(message.contains("at least 2019"), "{message}");
        let message = refused(&[("kommun", "1784"), ("niva", "mellan")]);
        assert!(message.contains("one of låg, hög"), "{message}");
    }
}
