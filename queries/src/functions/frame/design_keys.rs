//! The keys of `survey_design`'s struct: what each means, and which go with others.

use crate::functions::Key;
use crate::functions::survey_design::FILTERED;

use super::designing::PARTIAL;
use super::waves::WAVE;

/// All keys, those that belong together beside each other.
pub(in crate::functions) const KEYS: &[Key] = &[
    Key::of_all("stratum", "the strata that were sampled apart"),
    Key::of_all(
        "psu",
        "the units that were drawn first (clusters); each row by itself without it",
    ),
    Key::of_all(
        "ssu",
        "the units drawn within each PSU, of a sample in two stages",
    ),
    Key::of_all(
        "weight",
        "how many of the population a row stands for; the weight that fpc implies without it",
    ),
    Key::of_all(
        "fpc",
        "units in the population of the stratum, or the share of them that was sampled",
    ),
    Key::of_all(
        "fpc2",
        "units in the population of the PSU, or the share of them that was sampled",
    ),
    Key::of_all(
        WAVE,
        "as the year, where a table holds several waves of a survey: each is a sample of its own, drawn \
                       independently of the others, with its own strata, totals, replicates and degrees of freedom",
    ),
    Key::of_all(
        "lonely",
        "a stratum with one sampled unit: 'fail' (the default), 'remove', 'certainty', 'adjust' or \
                           'average', as R's survey from version 4.3 on (before, 'adjust' differs in totals and at the second stage)",
    ),
    Key::of_all(
        "lonely_domains",
        "true: also a stratum with one unit in the group counts as lonely",
    ),
    Key::of_all(
        FILTERED,
        "true: a WHERE (or JOIN, GROUP BY, DISTINCT, unnest) before the design is meant, and the rows \
                           left are the whole sample; refused otherwise",
    ),
    Key::of_all(
        "poststrata",
        "weights adjusted to the known totals of the cells of one column",
    ),
    Key::of_all(
        "rake",
        "weights adjusted to the known totals of several columns, {'a': x, 'b': y}, one after the other \
                         until all hold",
    ),
    Key::of_all(
        "calibrate",
        "weights adjusted to known totals of amounts (1 for the population), {'a': x, …}: the GREG \
                              estimator",
    ),
    Key::of(
        "totals",
        "'poststrata', 'rake' or 'calibrate'",
        "{'E': 4421, …}; of rake {'a': {'E': 4421, …}, …}",
    ),
    Key::of(
        "method",
        "'calibrate'",
        "'linear' (the default), 'raking' or 'logit'",
    ),
    Key::of(
        "bounds",
        "'calibrate'",
        "[0.5, 2.5]: the least and the most that a weight is multiplied by",
    ),
    Key::of(
        "epsilon",
        "'calibrate'",
        "how near to the totals, relative to them, is near enough; without it as \
                        near as can be (R stops at 1e-7 unless told)",
    ),
    Key::of_all(
        "standardise",
        "a column such as the age group: groups are compared as if all had the distribution in \
                                population",
    ),
    Key::of(
        "population",
        "'standardise'",
        "{'18-29': 0.2, …}: the distribution, as shares or numbers",
    ),
    Key::of("over", "'standardise'", "the groups to be compared"),
    Key::of(
        "where",
        "'standardise'",
        "the rows that count, such as those with an answer",
    ),
    Key::of(
        PARTIAL,
        "'standardise'",
        "true accepts groups without rows in some level",
    ),
    Key::of_all(
        "replicates",
        "the variance from replicates made here: 'JK1', 'JKn', 'BRR', 'Fay' or 'bootstrap'. For BRR \
                               and Fay the PSUs of a stratum take their places in the order of their values (R: of their \
                               first rows in the file; 'psu': min(row) OVER (PARTITION BY stratum, psu), where row \
                               numbers the rows of the file, gives the same). A replicate that says nothing of a group, since all its \
                               rows there have no weight, is left out of its variance",
    ),
    Key::of(
        "rho",
        "'replicates': 'Fay'",
        "how much a half-sample that is left out keeps, 0 to 1",
    ),
    Key::of(
        "count",
        "'replicates': 'bootstrap'",
        "how many replicates, at most 10000",
    ),
    Key::of(
        "seed",
        "'replicates': 'bootstrap'",
        "what the chance begins with: the same seed gives the same replicates",
    ),
    Key::of_all(
        "replicate_weights",
        "[w1, w2, …]: replicates that came with the data",
    ),
    Key::of(
        "scale",
        "'replicate_weights'",
        "what the sum of squares is multiplied by",
    ),
    Key::of(
        "rscales",
        "'replicate_weights'",
        "what each square is multiplied by",
    ),
    Key::of(
        "combined",
        "'replicate_weights'",
        "false: they are to be multiplied by the weight",
    ),
    Key::of(
        "mse",
        "'replicates' or 'replicate_weights'",
        "true: squares around the estimate instead of the replicates' \
                    mean",
    ),
];
