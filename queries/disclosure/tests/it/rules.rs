//! Rules as analysts write them.

use perspektiv_disclosure::{Quality, Rule, Secrecy};

use crate::support::{X, cells, int, judged, table};

#[test]
fn rules_are_read_with_their_defaults() {
    let secrecy = "rule = \"secrecy\"\npersons = \"personer\"\nhide = [\"personer\"]";
    let expected = Rule::Secrecy(Secrecy::new("personer", &["personer"]));
    assert_eq!(toml::from_str::<Rule>(secrecy).unwrap(), expected);
    let quality = "rule = \"quality\"\nn = \"n\"\nestimate = \"andel\"\nse = \"andel_se\"\nhide = []\nrelative_se = inf";
    let expected = Quality {
        relative_se: f64::INFINITY,
        ..Quality::new("n", "andel")
    };
    assert_eq!(toml::from_str::<Rule>(quality).unwrap(), Rule::Quality(expected));
    assert_eq!(toml::from_str::<Rule>("rule = \"public\"").unwrap(), Rule::Public);
}

#[test]
fn a_misspelt_key_is_refused() {
    let text = "rule = \"secrecy\"\npersons = \"p\"\nhide = []\nminimun = 10";
    assert!(
        toml::from_str::<Rule>(text)
            .unwrap_err()
            .to_string()
            .contains("minimun")
    );
}

#[test]
fn public_figures_pass_as_they_are() {
    let found = judged(table("a b", vec![vec![int(1), X]]), Rule::Public).unwrap();
    assert_eq!((cells(&found, "a"), cells(&found, "b")), (vec![int(1)], vec![X]));
    assert_eq!(found.hidden_rows(), 1);
}
