//! The questions of the survey: answers, how common they are, and what they
//! depend on.
//!
//! Each answer comes from an ordered probit model: a standard normal variable,
//! partly shared with other questions, is shifted by who the respondent is and
//! cut at the quantiles of the shares. A shift of 0.25 moves 20 % to some 28 %.

/// A question with ordered answers.
pub(super) struct Question {
    pub(super) column: &'static str,
    /// Shares of the codes 1, 2, … among respondents without any shift.
    pub(super) shares: &'static [f64],
    /// Whether code 1 is the answer that the shifts make more common (else it
    /// is the last code).
    pub(super) first_code_is_problem: bool,
    /// Weight of the hidden factors strain, body, lifestyle and bonds.
    pub(super) loads: [f64; 4],
    /// Shift by age group.
    pub(super) age: [f64; 4],
    /// Shift for women.
    pub(super) women: f64,
    /// Shift by education.
    pub(super) education: [f64; 3],
    /// Shift for people born outside Sweden.
    pub(super) abroad: f64,
    /// Shift by economic difficulties: never, once, several times.
    pub(super) economy: [f64; 3],
    /// Shift per ten years after 2012.
    pub(super) trend: f64,
    /// The first wave with the question.
    pub(super) since: i32,
}

/// A question that depends on nothing; the starting point of the others.
const fn ask(column: &'static str, shares: &'static [f64]) -> Question {
    Question {
        column,
        shares,
        first_code_is_problem: false,
        loads: [0.0; 4],
        age: [0.0; 4],
        women: 0.0,
        education: [0.0; 3],
        abroad: 0.0,
        economy: [0.0; 3],
        trend: 0.0,
        since: 2004,
    }
}

/// Place of the question about current expenses, which others depend on.
pub(super) const ECONOMY: usize = 1;
/// Place of the question whose shares are planted.
pub(super) const WELLBEING: usize = 2;

/// The ordered questions in the order of their columns.
pub(super) const QUESTIONS: [Question; 37] = [
    Question {
        loads: [0.35, 0.65, 0.15, 0.0],
        age: [-0.42, -0.22, 0.08, 0.28],
        women: 0.07,
        education: [0.22, 0.0, -0.22],
        abroad: 0.12,
        economy: [0.0, 0.25, 0.45],
        trend: 0.03,
        ..ask("hälsa", &[0.20, 0.50, 0.235, 0.05, 0.015])
    },
    Question {
        loads: [0.45, 0.10, 0.0, 0.10],
        age: [0.42, 0.22, -0.08, -0.55],
        women: 0.08,
        education: [0.38, 0.02, -0.42],
        abroad: 0.55,
        trend: 0.05,
        ..ask("löpande_utgifter", &[0.87, 0.065, 0.065])
    },
    Question {
        loads: [0.70, 0.12, 0.0, 0.12],
        ..ask("psykiskt_välbefinnande", &[0.85, 0.15])
    },
    Question {
        loads: [0.45, 0.0, 0.0, 0.40],
        age: [0.42, 0.05, -0.12, -0.10],
        women: 0.08,
        education: [0.08, 0.0, -0.06],
        abroad: 0.20,
        economy: [0.0, 0.28, 0.48],
        trend: 0.12,
        since: 2012,
        ..ask("ensamhet", &[0.40, 0.36, 0.185, 0.055])
    },
    Question {
        first_code_is_problem: true,
        loads: [0.30, 0.0, 0.0, 0.0],
        age: [0.50, 0.20, -0.10, -0.45],
        women: 0.22,
        education: [0.40, 0.05, -0.45],
        abroad: 0.60,
        economy: [0.0, 0.9, 1.3],
        trend: -0.02,
        ..ask("saknar_kontantmarginal", &[0.17, 0.83])
    },
    Question {
        first_code_is_problem: true,
        loads: [0.40, 0.25, 0.0, 0.0],
        age: [0.20, 0.10, -0.02, -0.30],
        women: 0.15,
        abroad: 0.15,
        economy: [0.0, 0.40, 0.70],
        trend: 0.02,
        ..ask("avstått_vård", &[0.18, 0.82])
    },
    Question {
        first_code_is_problem: true,
        loads: [0.30, 0.0, 0.0, 0.0],
        age: [0.15, 0.15, 0.0, -0.25],
        education: [0.12, 0.0, -0.15],
        abroad: 0.35,
        economy: [0.0, 0.60, 1.0],
        trend: -0.03,
        ..ask("avstått_tandvård", &[0.14, 0.86])
    },
    Question {
        loads: [0.05, 0.10, 0.30, 0.0],
        age: [0.22, 0.02, -0.02, -0.16],
        women: -0.06,
        education: [-0.30, -0.05, 0.42],
        trend: 0.20,
        since: 2012,
        ..ask("stillasittande", &[0.22, 0.545, 0.175, 0.06])
    },
    Question {
        loads: [0.20, 0.15, 0.25, 0.0],
        age: [0.05, 0.05, 0.05, -0.10],
        women: -0.05,
        education: [0.20, 0.05, -0.20],
        economy: [0.0, 0.15, 0.25],
        trend: -0.06,
        ..ask("fysisk_aktivitet", &[0.62, 0.28, 0.10])
    },
    Question {
        first_code_is_problem: true,
        loads: [0.15, 0.0, 0.35, 0.0],
        age: [-0.15, -0.05, 0.18, -0.02],
        women: 0.06,
        education: [0.30, 0.08, -0.40],
        abroad: 0.10,
        economy: [0.0, 0.35, 0.55],
        trend: -0.38,
        ..ask("rökning", &[0.105, 0.06, 0.835])
    },
    Question {
        first_code_is_problem: true,
        loads: [0.05, 0.0, 0.30, 0.0],
        age: [0.10, 0.20, 0.02, -0.35],
        women: -0.75,
        education: [0.05, 0.10, -0.15],
        abroad: -0.30,
        trend: 0.14,
        ..ask("snus", &[0.20, 0.04, 0.76])
    },
    Question {
        first_code_is_problem: true,
        loads: [0.15, 0.0, 0.35, -0.10],
        age: [0.40, 0.0, -0.05, -0.25],
        women: -0.35,
        education: [-0.05, 0.0, 0.03],
        abroad: -0.35,
        trend: -0.12,
        ..ask("alkohol", &[0.17, 0.69, 0.14])
    },
    Question {
        first_code_is_problem: true,
        loads: [0.10, 0.0, 0.25, 0.0],
        age: [0.55, 0.05, -0.35, -0.90],
        women: -0.20,
        economy: [0.0, 0.20, 0.35],
        trend: 0.05,
        since: 2008,
        ..ask("cannabis", &[0.02, 0.98])
    },
    Question {
        first_code_is_problem: true,
        loads: [0.15, 0.0, 0.25, 0.0],
        age: [0.10, 0.05, 0.0, -0.10],
        women: -0.30,
        economy: [0.0, 0.20, 0.30],
        since: 2012,
        ..ask("spel", &[0.045, 0.955])
    },
    Question {
        loads: [0.10, 0.0, 0.30, 0.0],
        age: [0.12, 0.05, 0.0, -0.02],
        women: -0.42,
        education: [0.15, 0.05, -0.25],
        trend: 0.05,
        ..ask("frukt_och_grönt", &[0.07, 0.23, 0.47, 0.23])
    },
    Question {
        loads: [0.30, 0.0, 0.0, 0.45],
        age: [0.35, 0.15, -0.05, -0.20],
        women: 0.0,
        education: [0.38, 0.05, -0.40],
        abroad: 0.40,
        economy: [0.0, 0.30, 0.50],
        trend: -0.04,
        ..ask("tillit", &[0.76, 0.24])
    },
    Question {
        loads: [0.25, 0.0, 0.0, 0.50],
        age: [-0.10, -0.05, 0.05, 0.10],
        women: -0.25,
        education: [0.12, 0.0, -0.10],
        abroad: 0.40,
        economy: [0.0, 0.20, 0.35],
        ..ask("någon_att_vända_sig_till", &[0.60, 0.285, 0.085, 0.03])
    },
    Question {
        loads: [0.20, 0.10, 0.10, 0.45],
        age: [-0.10, 0.02, 0.05, 0.15],
        women: -0.05,
        education: [0.35, 0.05, -0.35],
        abroad: 0.35,
        economy: [0.0, 0.20, 0.30],
        trend: 0.06,
        ..ask("socialt_deltagande", &[0.79, 0.21])
    },
    Question {
        loads: [0.50, 0.25, 0.0, 0.0],
        age: [0.08, 0.02, 0.05, 0.0],
        women: 0.25,
        education: [0.10, 0.0, -0.08],
        economy: [0.0, 0.25, 0.45],
        trend: 0.20,
        ..ask("sömn", &[0.60, 0.32, 0.08])
    },
    Question {
        loads: [0.25, 0.55, 0.0, 0.0],
        age: [-0.40, -0.12, 0.15, 0.20],
        women: 0.22,
        education: [0.20, 0.08, -0.25],
        economy: [0.0, 0.20, 0.40],
        ..ask("värk", &[0.38, 0.45, 0.17])
    },
    Question {
        loads: [0.65, 0.0, 0.0, 0.05],
        age: [0.45, 0.30, 0.0, -0.60],
        women: 0.30,
        economy: [0.0, 0.30, 0.50],
        trend: 0.10,
        ..ask("stress", &[0.48, 0.38, 0.105, 0.035])
    },
    Question {
        loads: [0.70, 0.10, 0.0, 0.05],
        age: [0.35, 0.10, -0.05, -0.20],
        women: 0.35,
        economy: [0.0, 0.25, 0.45],
        trend: 0.15,
        ..ask("oro_ängslan", &[0.62, 0.31, 0.07])
    },
    Question {
        loads: [0.60, 0.05, 0.0, 0.15],
        age: [0.40, 0.08, -0.08, -0.35],
        women: 0.08,
        economy: [0.0, 0.25, 0.45],
        trend: 0.03,
        since: 2008,
        ..ask("självmordstankar", &[0.87, 0.10, 0.03])
    },
    Question {
        loads: [0.25, 0.0, 0.0, 0.15],
        age: [0.15, 0.0, -0.05, 0.05],
        women: 0.85,
        education: [0.12, 0.0, -0.10],
        abroad: 0.10,
        economy: [0.0, 0.15, 0.25],
        trend: 0.04,
        ..ask("trygghet", &[0.86, 0.11, 0.03])
    },
    Question {
        first_code_is_problem: true,
        loads: [0.20, 0.0, 0.10, 0.10],
        age: [0.45, 0.05, -0.15, -0.60],
        women: -0.05,
        economy: [0.0, 0.30, 0.45],
        ..ask("våld", &[0.03, 0.97])
    },
    Question {
        first_code_is_problem: true,
        loads: [0.20, 0.0, 0.05, 0.10],
        age: [0.35, 0.12, -0.08, -0.50],
        women: 0.02,
        economy: [0.0, 0.25, 0.40],
        ..ask("hot", &[0.055, 0.945])
    },
    Question {
        loads: [0.30, 0.0, 0.0, 0.15],
        age: [0.35, 0.10, -0.08, -0.35],
        women: 0.25,
        abroad: 0.25,
        economy: [0.0, 0.25, 0.40],
        trend: 0.06,
        ..ask("kränkande_bemötande", &[0.80, 0.17, 0.03])
    },
    Question {
        loads: [0.15, 0.25, 0.15, 0.0],
        age: [-0.15, -0.05, 0.05, 0.15],
        women: -0.10,
        education: [0.25, 0.02, -0.22],
        abroad: 0.35,
        economy: [0.0, 0.40, 0.65],
        ..ask("tandhälsa", &[0.26, 0.48, 0.18, 0.06, 0.02])
    },
    Question {
        first_code_is_problem: true,
        loads: [0.15, 0.60, 0.0, 0.0],
        age: [-0.45, -0.25, 0.05, 0.42],
        women: 0.05,
        education: [0.10, 0.0, -0.05],
        ..ask("långvarig_sjukdom", &[0.38, 0.62])
    },
    Question {
        first_code_is_problem: true,
        loads: [0.20, 0.55, 0.0, 0.05],
        age: [-0.25, -0.18, 0.02, 0.32],
        women: 0.05,
        education: [0.20, 0.02, -0.20],
        economy: [0.0, 0.15, 0.30],
        ..ask("funktionsnedsättning", &[0.15, 0.85])
    },
    Question {
        first_code_is_problem: true,
        loads: [0.0, 0.40, 0.20, 0.0],
        age: [-1.30, -0.70, 0.10, 0.75],
        women: -0.08,
        education: [0.12, 0.02, -0.12],
        ..ask("högt_blodtryck", &[0.22, 0.78])
    },
    Question {
        first_code_is_problem: true,
        loads: [0.0, 0.35, 0.20, 0.0],
        age: [-0.60, -0.40, 0.05, 0.45],
        women: -0.18,
        education: [0.18, 0.02, -0.18],
        trend: 0.04,
        ..ask("diabetes", &[0.07, 0.93])
    },
    Question {
        loads: [0.15, 0.45, 0.0, 0.0],
        age: [-0.60, -0.40, 0.0, 0.55],
        women: 0.10,
        education: [0.12, 0.0, -0.10],
        ..ask("hörsel_syn", &[0.80, 0.16, 0.04])
    },
    Question {
        loads: [0.25, 0.10, 0.0, 0.15],
        age: [0.18, 0.12, 0.02, -0.22],
        women: 0.02,
        education: [0.05, 0.0, -0.05],
        economy: [0.0, 0.20, 0.35],
        trend: 0.08,
        ..ask("förtroende_sjukvård", &[0.24, 0.46, 0.20, 0.10])
    },
    Question {
        loads: [0.20, 0.0, 0.0, 0.20],
        age: [0.12, 0.08, 0.02, -0.15],
        education: [0.15, 0.02, -0.15],
        economy: [0.0, 0.20, 0.35],
        trend: 0.06,
        since: 2008,
        ..ask("förtroende_kommun", &[0.10, 0.38, 0.36, 0.16])
    },
    Question {
        loads: [0.45, 0.15, 0.0, 0.15],
        age: [-0.20, -0.12, 0.05, 0.18],
        economy: [0.0, 0.25, 0.45],
        trend: 0.12,
        since: 2012,
        ..ask("framtidstro", &[0.38, 0.42, 0.20])
    },
    Question {
        loads: [0.05, 0.10, 0.0, 0.30],
        age: [-0.55, -0.10, 0.05, 0.15],
        women: 0.05,
        education: [0.35, 0.05, -0.30],
        abroad: 0.15,
        trend: -0.45,
        since: 2012,
        ..ask("digitalt_utanförskap", &[0.87, 0.09, 0.04])
    },
];

/// A question whose answers have no order: shares of the codes by age group.
pub(super) struct ByAge {
    pub(super) column: &'static str,
    pub(super) shares: [&'static [f64]; 4],
}

/// The questions without order.
pub(super) const BY_AGE: [ByAge; 3] = [
    ByAge {
        column: "sysselsättning",
        shares: [
            &[0.58, 0.29, 0.08, 0.03, 0.0, 0.02],
            &[0.85, 0.04, 0.05, 0.03, 0.0, 0.03],
            &[0.80, 0.01, 0.04, 0.08, 0.04, 0.03],
            &[0.10, 0.0, 0.0, 0.0, 0.89, 0.01],
        ],
    },
    ByAge {
        column: "boende",
        shares: [
            &[0.34, 0.48, 0.10, 0.08],
            &[0.62, 0.25, 0.11, 0.02],
            &[0.72, 0.17, 0.10, 0.01],
            &[0.62, 0.22, 0.15, 0.01],
        ],
    },
    ByAge {
        column: "hushåll",
        shares: [
            &[0.30, 0.26, 0.12, 0.02, 0.30],
            &[0.20, 0.20, 0.50, 0.08, 0.02],
            &[0.23, 0.49, 0.22, 0.05, 0.01],
            &[0.33, 0.64, 0.01, 0.0, 0.02],
        ],
    },
];
