//! Small whole files of every format, to be damaged.

use perspektiv_formats::{Encoding, SourceOptions};

/// Stands in fixtures, and may stand in no error. A public test number.
pub(crate) const IDENTITY: &str = "191212121212";

/// The files of one format.
pub(crate) struct Fixture {
    /// Its name in `FORMATS`.
    pub(crate) format: &'static str,
    /// Whole files: each can be read with one of the options at least.
    pub(crate) files: Vec<Vec<u8>>,
    /// Options to read them with.
    pub(crate) options: Vec<SourceOptions>,
    /// What means something to the format, to be put where it should not stand.
    pub(crate) words: &'static [&'static str],
}

/// One entry for each format.
pub(crate) fn all() -> Vec<Fixture> {
    vec![csv(), kolada(), json_stat(), px(), socialstyrelsen()]
}

fn files(texts: &[&str]) -> Vec<Vec<u8>> {
    texts
        .iter()
        .map(|text| text.replace("IDENTITY", IDENTITY).into_bytes())
        .collect()
}

fn csv() -> Fixture {
    Fixture {
        format: "csv",
        files: files(&[
            "namn,kön,belopp\nIDENTITY,kvinna,\"1 234,5\"\n\"a \"\"b\"\"\",man,\"två\nrader\"\n",
            "a;b;c\r\n1;2;3\r\n\r\n4;\"5;6\";7\r\n",
            "x\n1\n",
        ]),
        options: vec![
            SourceOptions::default(),
            SourceOptions {
                delimiter: b';',
                encoding: Encoding::Utf8,
                cell_bytes: 100,
                cell_lines: 3,
                ..SourceOptions::default()
            },
        ],
        words: &["\"", "\"\"", "\r\n", "\n\n", ",,,,", ";", "\u{feff}", "IDENTITY"],
    }
}

fn kolada() -> Fixture {
    Fixture {
        format: "kolada",
        files: files(&[
            r#"{"values":[{"kpi":"N00945","municipality":"IDENTITY","period":2020,"values":[{"gender":"T","status":"",
               "value":31.32959689,"count":1,"isdeleted":false},{"gender":"K","status":"x","value":null,"isdeleted":true}]}],
               "count":1,"next_url":null}"#,
            r#"[{"values":[{"id":"0180","title":"Stockholm","type":"K"}],"next_url":"https://api.kolada.se/v3/m?page=2"},
               {"values":[{"id":"1715","title":"Kil","type":"K"}],"next_url":""}]"#,
            "{\"values\":[{\"id\":\"G1\",\"title\":\"Liknande\",\"members\":[{\"member_id\":\"0319\",\"member_title\":\"Älv\"}]}]}\n\
             {\"values\":[{\"id\":\"G2\",\"title\":\"Lika\",\"members\":[{\"id\":\"1\",\"title\":\"b\"}]}]}\n",
        ]),
        options: vec![
            SourceOptions::default(),
            SourceOptions {
                members: true,
                ..SourceOptions::default()
            },
        ],
        words: &[
            "{\"values\":[]}",
            "\"kpi\":\"N1\",",
            "\"period\":2020,",
            "\"members\":[],",
            "\"next_url\":\"?page=3\",",
            "\"count\":2,",
            "null",
            "[{}]",
            "{},",
            "\\u0000",
            "\\ud800",
            "\"IDENTITY\"",
        ],
    }
}

fn json_stat() -> Fixture {
    Fixture {
        format: "json-stat",
        files: files(&[
            r#"{"version":"2.0","class":"dataset","id":["Kon","Tid"],"size":[2,2],"role":{"metric":["Kon"]},"dimension":{
               "Tid":{"label":"år","category":{"index":["2020","2021"]}},"Kon":{"category":{"index":{"2":1,"1":0},
               "label":{"1":"män","2":"IDENTITY"},"unit":{"1":{"base":"antal","decimals":0}}}}},
               "value":[1,null,2.5,-3],"status":{"1":"..","3":"p"}}"#,
            r#"{"class":"dataset","id":["c"],"size":[3],"dimension":{"c":{"category":{"index":{"a":0,"b":1,"c":2}}}},
               "value":{"0":7,"2":1e5},"status":["a",null,"b"]}"#,
            r#"{"dataset":{"dimension":{"R":{"category":{"index":{"17":0,"00":1}}},"id":["R"],"size":[2],
               "role":{"geo":["R"]}},"value":[275000,null]},"version":"1.0"}"#,
        ]),
        options: vec![
            SourceOptions::default(),
            SourceOptions {
                dataset: Some("dataset".to_owned()),
                ..SourceOptions::default()
            },
        ],
        words: &[
            "\"index\":[],",
            "\"value\":{},",
            "\"class\":\"collection\",",
            "\"size\":[1000000,1000000],",
            "\"id\":[\"Kon\",\"Kon\"],",
            "\"status\":\"e\",",
            "\"label\":{},",
            "{\"a\":{}},",
            "null",
            "\"IDENTITY\"",
        ],
    }
}

fn px() -> Fixture {
    Fixture {
        format: "px",
        files: files(&[
            "CHARSET=\"ANSI\";\r\nCODEPAGE=\"utf-8\";\r\nLANGUAGE=\"sv\";\r\nLANGUAGES=\"sv\",\"en\";\r\nSTUB=\"kön\";\r\n\
             STUB[en]=\"sex\";\r\nHEADING=\"tid\",\"mått\";\r\nHEADING[en]=\"time\",\"measure\";\r\n\
             CONTVARIABLE=\"mått\";\r\nVALUES(\"kön\")=\"män\",\"IDENTITY\";\r\nVALUES[en](\"sex\")=\"men\",\"women\";\r\n\
             CODES(\"kön\")=\"1\",\"2\";\r\nTIMEVAL(\"tid\")=TLIST(A1,\"2020\"-\"2021\");\r\nVALUES(\"mått\")=\"antal\";\r\n\
             UNITS(\"antal\")=\"personer\";\r\nNOTE=\"en # not; med\"\r\n\" mer\";\r\nDATASYMBOL2=\"hemlig\";\r\n\
             DATABASE=\"x\";\r\nDATA=\r\n1.5 \"..\"\r\n\"-\" -4;\r\n",
            "STUB=\"r\",\"k\";HEADING=\"t\";VALUES(\"r\")=\"Kil\",\"Eda\";CODES(\"r\")=\"1715\",\"1730\";\
             VALUES(\"k\")=\"m\",\"k\";VALUES(\"t\")=\"1\",\"2\";KEYS(\"r\")=CODES;KEYS(\"k\")=VALUES;\
             DATA=\"1730\",\"k\",7 \"..\"\n\"1715\",\"m\",1 2;",
            "AXIS-VERSION=\"2000\";HEADING=\"v\";TIMEVAL(\"v\")=TLIST(W1),\"202053\",\"202101\";DATA=1 2;;\r\n\u{1a}",
        ]),
        options: vec![SourceOptions::default()],
        words: &[
            "DATA=",
            "STUB=\"kön\",\"kön\";",
            "VALUES(\"k\")=",
            "CODES(\"r\")=\"1\";",
            "KEYS(\"t\")=CODES;",
            "TIMEVAL(\"k\")=TLIST(W1,\"000101\"-\"999952\");",
            "TLIST(M1,\"202001\"-\"202112\")",
            "CODEPAGE=\"klingon\";",
            "CHARSET=\"utf-16\";",
            "[en]",
            "\"......\"",
            "IDENTITY",
            "\"\"",
        ],
    }
}

fn socialstyrelsen() -> Fixture {
    Fixture {
        format: "socialstyrelsen",
        files: files(&[
            r#"{"data":[{"diagnosId":"IDENTITY","regionId":0,"konId":1,"ar":2020,"varde":"12,3"},{"diagnosId":2026,
               "regionId":17,"konId":2,"ar":2020,"varde":7.5}],"nasta_sida":null,"sida":1,"per_sida":5000,"sidor":1}"#,
            r#"[{"data":[{"ar":2020,"varde":"1"}],"nasta_sida":"x","sida":1,"sidor":2},
               {"data":[{"ar":2021,"varde":"2"}],"nasta_sida":null,"sida":2,"sidor":2}]"#,
            "{\"data\":[{\"ar\":2020}],\"sida\":1,\"sidor\":1}\n{\"data\":[{\"ar\":2021}],\"sida\":1,\"sidor\":1}\n",
        ]),
        options: vec![SourceOptions::default()],
        words: &[
            "{\"data\":[],\"sida\":1,\"sidor\":1}",
            "\"sida\":2,",
            "{},",
            "\"IDENTITY\":1,",
            "\"data\":[],",
            "null",
            "\"varde\":\"1.5\",",
        ],
    }
}
