//! Rules as analysts write them.

use perspektiv_disclosure::{Quality, Rule, Secrecy};

use crate::support::{X, cells, int, judged, table};

#[test]
fn rules_are_read_with_their_defaults() {
    let secrecy = "rule = \"secrecy\"\npersons = \"personer\"\nlabels = [\"kommun\"]";
    let expected = Rule::Secrecy(Secrecy::new("personer", &["kommun"]));
    assert_eq!(toml::from_str::<Rule>(secrecy).unwrap(), expected);
    let quality = "rule = \"quality\"\nn = \"n\"\nestimate = \"andel\"\nse = \"andel_se\"\nlabels = [\"grupp\"]\nrelative_se = inf";
    let expected = Quality {
        relative_se: f64::INFINITY,
        ..Quality::new("n", "andel", &["grupp"])
    };
    assert_eq!(toml::from_str::<Rule>(quality).unwrap(), Rule::Quality(expected));
    assert_eq!(toml::from_str::<Rule>("rule = \"public\"").unwrap(), Rule::Public);
}

#[test]
fn a_misspelt_key_is_refused() {
    let text = "rule = \"secrecy\"\npersons = \"p\"\nlabels = []\nminimun = 10";
    assert!(
        toml::from_str::<Rule>(text)
            .unwrap_err()
            .to_string()
            .contains("minimun")
    );
}

#[test]
fn a_rule_without_labels_or_with_a_list_of_what_to_hide_is_refused() {
    let text = "rule = \"secrecy\"\npersons = \"p\"\n";
    let error = toml::from_str::<Rule>(text).unwrap_err().to_string();
    assert!(error.contains("labels"), "{error}");
    let error = toml::from_str::<Rule>(&format!("{text}labels = []\nhide = []"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("hide"), "{error}");
}

#[test]
fn a_minimum_has_a_floor() {
    let secrecy = |minimum| {
        Rule::Secrecy(Secrecy {
            minimum,
            ..Secrecy::new("p", &[])
        })
    };
    assert_eq!(secrecy(3).check(), Ok(()));
    assert!(secrecy(2).check().unwrap_err().contains("write 3 or more"));
    let quality = |minimum| {
        Rule::Quality(Quality {
            minimum,
            ..Quality::new("n", "e", &[])
        })
    };
    assert_eq!(quality(30).check(), Ok(()));
    assert!(quality(29).check().unwrap_err().contains("write 30 or more"));
    // Also where no file was read: nothing is published by such a rule.
    let refusal = judged(table("p", vec![vec![int(100)]]), secrecy(0)).unwrap_err();
    assert!(refusal.reason().contains("`minimum` is 0"), "{refusal}");
}

#[test]
fn what_a_rule_protects_is_no_label() {
    let refused = |rule: Rule, column: &str| {
        let reason = rule.check().unwrap_err();
        assert!(
            reason.starts_with(&format!("`{column}` is what the rule protects")),
            "{reason}"
        );
    };
    refused(Rule::Secrecy(Secrecy::new("p", &["kommun", "p"])), "p");
    let within = Secrecy {
        within: vec!["p".into()],
        ..Secrecy::new("p", &[])
    };
    refused(Rule::Secrecy(within), "p");
    let amounts = |label: &str| Secrecy {
        sum: Some("kostnad".into()),
        largest: Some("storst".into()),
        ..Secrecy::new("p", &[label])
    };
    refused(Rule::Secrecy(amounts("kostnad")), "kostnad");
    refused(Rule::Secrecy(amounts("storst")), "storst");
    for column in ["andel", "andel_se", "andel_low"] {
        refused(
            Rule::Quality(Quality::new("n", "andel", &["grupp", column])),
            column,
        );
    }
}

#[test]
fn identities_are_never_published_by_any_rule() {
    let mut people = table("person n", vec![vec![int(7), int(70)]]);
    people.columns[0].identity = true;
    for rule in [Rule::Public, Rule::Secrecy(Secrecy::new("n", &["person"]))] {
        let refusal = judged(people.clone(), rule).unwrap_err();
        assert!(
            refusal.reason().starts_with("`person` holds identities"),
            "{refusal}"
        );
        assert!(!refusal.to_string().contains('7'), "{refusal}");
    }
}

#[test]
fn public_figures_pass_as_they_are() {
    let found = judged(table("a b", vec![vec![int(1), X]]), Rule::Public).unwrap();
    assert_eq!((cells(&found, "a"), cells(&found, "b")), (vec![int(1)], vec![X]));
    assert_eq!(found.hidden_rows(), 1);
}
