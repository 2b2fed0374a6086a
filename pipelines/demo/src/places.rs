//! Värmland's municipalities, the regions, and groups to compare with.

/// A municipality of Värmland.
pub(crate) struct Kommun {
    /// Official code.
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    /// Residents at the end of 2023 (SCB), which set the proportions.
    pub(crate) size: u32,
    /// How old the population is: the tilt of the age pyramid (0 = the county's).
    pub(crate) age_tilt: f64,
    /// How many are students (factor on the ages 20–29).
    pub(crate) students: f64,
    /// Factor on the odds of education after upper secondary school.
    pub(crate) education: f64,
    /// Factor on the price of the municipality's services.
    pub(crate) price: f64,
}

const fn kommun(
    code: &'static str,
    name: &'static str,
    size: u32,
    age_tilt: f64,
    students: f64,
    education: f64,
    price: f64,
) -> Kommun {
    Kommun {
        code,
        name,
        size,
        age_tilt,
        students,
        education,
        price,
    }
}

/// Number of municipalities in Värmland.
pub(crate) const KOMMUNER: usize = 16;

/// The municipalities of Värmland in the order of their codes.
pub(crate) const KOMMUN: [Kommun; KOMMUNER] = [
    kommun("1715", "Kil", 12_085, 0.00, 0.95, 0.90, 0.98),
    kommun("1730", "Eda", 8_499, 0.12, 0.90, 0.62, 1.01),
    kommun("1737", "Torsby", 11_387, 0.36, 0.90, 0.72, 1.08),
    kommun("1760", "Storfors", 3_801, 0.26, 0.85, 0.66, 1.05),
    kommun("1761", "Hammarö", 16_940, -0.14, 0.75, 1.55, 0.97),
    kommun("1762", "Munkfors", 3_669, 0.30, 0.85, 0.64, 1.07),
    kommun("1763", "Forshaga", 11_538, 0.00, 0.90, 0.88, 0.97),
    kommun("1764", "Grums", 9_057, 0.10, 0.92, 0.66, 0.99),
    kommun("1765", "Årjäng", 9_893, 0.10, 0.95, 0.62, 1.02),
    kommun("1766", "Sunne", 13_366, 0.20, 0.88, 0.88, 1.00),
    kommun("1780", "Karlstad", 97_233, -0.24, 1.38, 1.50, 0.96),
    kommun("1781", "Kristinehamn", 23_817, 0.14, 0.95, 0.86, 1.00),
    kommun("1782", "Filipstad", 10_034, 0.22, 0.98, 0.66, 1.04),
    kommun("1783", "Hagfors", 11_536, 0.36, 0.85, 0.64, 1.06),
    kommun("1784", "Arvika", 25_682, 0.14, 0.92, 0.90, 0.99),
    kommun("1785", "Säffle", 15_011, 0.22, 0.90, 0.74, 1.01),
];

/// Kolada's number for Region Värmland.
pub(crate) const VARMLAND: &str = "0017";
/// Kolada's number for the whole country.
pub(crate) const RIKET: &str = "0000";

/// The country and the 21 regions as Kolada names them.
pub(crate) const REGIONS: [(&str, &str); 22] = [
    ("0000", "Riket"),
    ("0001", "Region Stockholm"),
    ("0003", "Region Uppsala"),
    ("0004", "Region Sörmland"),
    ("0005", "Region Östergötland"),
    ("0006", "Region Jönköpings län"),
    ("0007", "Region Kronoberg"),
    ("0008", "Region Kalmar"),
    ("0009", "Region Gotland"),
    ("0010", "Region Blekinge"),
    ("0012", "Region Skåne"),
    ("0013", "Region Halland"),
    ("0014", "Västra Götalandsregionen"),
    ("0017", "Region Värmland"),
    ("0018", "Region Örebro län"),
    ("0019", "Region Västmanland"),
    ("0020", "Region Dalarna"),
    ("0021", "Region Gävleborg"),
    ("0022", "Region Västernorrland"),
    ("0023", "Region Jämtland Härjedalen"),
    ("0024", "Region Västerbotten"),
    ("0025", "Region Norrbotten"),
];

/// The country and the 21 counties as SCB numbers and names them.
pub(crate) const COUNTIES: [(&str, &str); 22] = [
    ("00", "Riket"),
    ("01", "Stockholms län"),
    ("03", "Uppsala län"),
    ("04", "Södermanlands län"),
    ("05", "Östergötlands län"),
    ("06", "Jönköpings län"),
    ("07", "Kronobergs län"),
    ("08", "Kalmar län"),
    ("09", "Gotlands län"),
    ("10", "Blekinge län"),
    ("12", "Skåne län"),
    ("13", "Hallands län"),
    ("14", "Västra Götalands län"),
    ("17", "Värmlands län"),
    ("18", "Örebro län"),
    ("19", "Västmanlands län"),
    ("20", "Dalarnas län"),
    ("21", "Gävleborgs län"),
    ("22", "Västernorrlands län"),
    ("23", "Jämtlands län"),
    ("24", "Västerbottens län"),
    ("25", "Norrbottens län"),
];

/// A group of municipalities to compare with. Title and shape are Kolada's; the
/// numbers and members are the demo's own.
pub(crate) struct Group {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) members: [(&'static str, &'static str); 7],
}

/// The groups of the demo: similar municipalities for each of Värmland's, and for
/// two of them by elderly care and by social economy as well.
pub(crate) const GROUPS: [Group; 18] = [
    Group {
        id: "G990001",
        title: "Liknande kommuner övergripande, Karlstad, 2024",
        members: [
            ("0380", "Uppsala"),
            ("0580", "Linköping"),
            ("0780", "Växjö"),
            ("1880", "Örebro"),
            ("2180", "Gävle"),
            ("2281", "Sundsvall"),
            ("2480", "Umeå"),
        ],
    },
    Group {
        id: "G990002",
        title: "Liknande kommuner äldreomsorg, Arvika, 2024",
        members: [
            ("0883", "Västervik"),
            ("0884", "Vimmerby"),
            ("1781", "Kristinehamn"),
            ("1785", "Säffle"),
            ("2085", "Ludvika"),
            ("2121", "Ovanåker"),
            ("2184", "Hudiksvall"),
        ],
    },
    Group {
        id: "G990003",
        title: "Liknande kommuner socioekonomi, Hagfors, 2024",
        members: [
            ("0481", "Oxelösund"),
            ("0861", "Mönsterås"),
            ("1782", "Filipstad"),
            ("1863", "Hällefors"),
            ("1885", "Lindesberg"),
            ("2061", "Smedjebacken"),
            ("2132", "Nordanstig"),
        ],
    },
    Group {
        id: "G990004",
        title: "Liknande kommuner övergripande, Kil, 2024",
        members: [
            ("1814", "Lekeberg"),
            ("1861", "Hallsberg"),
            ("1881", "Kumla"),
            ("0643", "Habo"),
            ("2026", "Gagnef"),
            ("1442", "Vårgårda"),
            ("1484", "Lysekil"),
        ],
    },
    Group {
        id: "G990005",
        title: "Liknande kommuner övergripande, Eda, 2024",
        members: [
            ("1438", "Dals-Ed"),
            ("1460", "Bengtsfors"),
            ("1439", "Färgelanda"),
            ("1461", "Mellerud"),
            ("2021", "Vansbro"),
            ("0767", "Markaryd"),
            ("0509", "Ödeshög"),
        ],
    },
    Group {
        id: "G990006",
        title: "Liknande kommuner övergripande, Torsby, 2024",
        members: [
            ("2023", "Malung-Sälen"),
            ("2039", "Älvdalen"),
            ("2161", "Ljusdal"),
            ("2313", "Strömsund"),
            ("2326", "Berg"),
            ("2021", "Vansbro"),
            ("2418", "Malå"),
        ],
    },
    Group {
        id: "G990007",
        title: "Liknande kommuner övergripande, Storfors, 2024",
        members: [
            ("1864", "Ljusnarsberg"),
            ("1863", "Hällefors"),
            ("1862", "Degerfors"),
            ("1860", "Laxå"),
            ("1904", "Skinnskatteberg"),
            ("0512", "Ydre"),
            ("0561", "Åtvidaberg"),
        ],
    },
    Group {
        id: "G990008",
        title: "Liknande kommuner övergripande, Hammarö, 2024",
        members: [
            ("0643", "Habo"),
            ("0330", "Knivsta"),
            ("1262", "Lomma"),
            ("1230", "Staffanstorp"),
            ("0305", "Håbo"),
            ("1407", "Öckerö"),
            ("1441", "Lerum"),
        ],
    },
    Group {
        id: "G990009",
        title: "Liknande kommuner övergripande, Munkfors, 2024",
        members: [
            ("1864", "Ljusnarsberg"),
            ("1863", "Hällefors"),
            ("1904", "Skinnskatteberg"),
            ("0512", "Ydre"),
            ("0509", "Ödeshög"),
            ("0560", "Boxholm"),
            ("1962", "Norberg"),
        ],
    },
    Group {
        id: "G990010",
        title: "Liknande kommuner övergripande, Forshaga, 2024",
        members: [
            ("1881", "Kumla"),
            ("1861", "Hallsberg"),
            ("1814", "Lekeberg"),
            ("0562", "Finspång"),
            ("1482", "Kungälv"),
            ("2026", "Gagnef"),
            ("1442", "Vårgårda"),
        ],
    },
    Group {
        id: "G990011",
        title: "Liknande kommuner övergripande, Grums, 2024",
        members: [
            ("1460", "Bengtsfors"),
            ("1461", "Mellerud"),
            ("1862", "Degerfors"),
            ("0481", "Oxelösund"),
            ("1907", "Surahammar"),
            ("1962", "Norberg"),
            ("2061", "Smedjebacken"),
        ],
    },
    Group {
        id: "G990012",
        title: "Liknande kommuner övergripande, Årjäng, 2024",
        members: [
            ("1438", "Dals-Ed"),
            ("1435", "Tanum"),
            ("1460", "Bengtsfors"),
            ("1439", "Färgelanda"),
            ("2034", "Orsa"),
            ("0760", "Uppvidinge"),
            ("0767", "Markaryd"),
        ],
    },
    Group {
        id: "G990013",
        title: "Liknande kommuner övergripande, Sunne, 2024",
        members: [
            ("2029", "Leksand"),
            ("2031", "Rättvik"),
            ("1435", "Tanum"),
            ("2026", "Gagnef"),
            ("2023", "Malung-Sälen"),
            ("0884", "Vimmerby"),
            ("1461", "Mellerud"),
        ],
    },
    Group {
        id: "G990014",
        title: "Liknande kommuner övergripande, Kristinehamn, 2024",
        members: [
            ("1885", "Lindesberg"),
            ("1983", "Köping"),
            ("2084", "Avesta"),
            ("1493", "Mariestad"),
            ("1473", "Töreboda"),
            ("0482", "Flen"),
            ("2182", "Söderhamn"),
        ],
    },
    Group {
        id: "G990015",
        title: "Liknande kommuner övergripande, Filipstad, 2024",
        members: [
            ("1863", "Hällefors"),
            ("1885", "Lindesberg"),
            ("2061", "Smedjebacken"),
            ("0860", "Hultsfred"),
            ("0481", "Oxelösund"),
            ("2132", "Nordanstig"),
            ("1962", "Norberg"),
        ],
    },
    Group {
        id: "G990016",
        title: "Liknande kommuner övergripande, Hagfors, 2024",
        members: [
            ("2021", "Vansbro"),
            ("1863", "Hällefors"),
            ("2061", "Smedjebacken"),
            ("2161", "Ljusdal"),
            ("0861", "Mönsterås"),
            ("2132", "Nordanstig"),
            ("2084", "Avesta"),
        ],
    },
    Group {
        id: "G990017",
        title: "Liknande kommuner övergripande, Arvika, 2024",
        members: [
            ("2085", "Ludvika"),
            ("1493", "Mariestad"),
            ("2183", "Bollnäs"),
            ("0882", "Oskarshamn"),
            ("1885", "Lindesberg"),
            ("2161", "Ljusdal"),
            ("0883", "Västervik"),
        ],
    },
    Group {
        id: "G990018",
        title: "Liknande kommuner övergripande, Säffle, 2024",
        members: [
            ("1492", "Åmål"),
            ("1461", "Mellerud"),
            ("0862", "Emmaboda"),
            ("1885", "Lindesberg"),
            ("2121", "Ovanåker"),
            ("1460", "Bengtsfors"),
            ("0884", "Vimmerby"),
        ],
    },
];
