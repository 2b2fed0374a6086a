//! Damages files the way transports, editors and enemies do, the same way for the
//! same seed.

use perspektiv_formats::SourceOptions;

use super::fixtures::Fixture;

/// Numbers that break what believes them.
const NUMBERS: [&str; 14] = [
    "0",
    "-1",
    "1",
    "255",
    "65536",
    "2147483648",
    "4294967295",
    "4294967296",
    "9223372036854775808",
    "18446744073709551615",
    "99999999999999999999999999",
    "1e308",
    "1e999",
    "-0.0000000000000000000000000001",
];

/// No input grows beyond this.
const LONGEST: usize = 128 * 1024;

pub(crate) struct Mutator<'f> {
    state: u64,
    fixture: &'f Fixture,
}

impl<'f> Mutator<'f> {
    pub(crate) fn new(seed: u64, fixture: &'f Fixture) -> Self {
        Self { state: seed, fixture }
    }

    /// The next input and the options to read it with.
    pub(crate) fn next(&mut self) -> (Vec<u8>, SourceOptions) {
        let mut input = self.file().to_vec();
        for _ in 0..=self.below(4) {
            self.damage(&mut input);
            input.truncate(LONGEST);
        }
        let options = self.fixture.options[self.below(self.fixture.options.len())].clone();
        ((self.fixture.pack)(input), options)
    }

    fn file(&mut self) -> &'f [u8] {
        &self.fixture.files[self.below(self.fixture.files.len())]
    }

    fn damage(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let end = (at + self.below(64) + 1).min(input.len());
        match self.below(10) {
            // A bit, a byte.
            0 => {
                let bit = 1 << self.below(8);
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= bit;
                }
            }
            1 => {
                let byte = [
                    0,
                    0xff,
                    b'"',
                    b';',
                    b',',
                    b'\n',
                    b'\\',
                    b'{',
                    b'}',
                    b'[',
                    0x80,
                    self.random() as u8,
                ];
                let byte = byte[self.below(byte.len())];
                if let Some(old) = input.get_mut(at) {
                    *old = byte;
                }
            }
            // A cut, a gap.
            2 => input.truncate(at),
            3 => {
                input.drain(at.min(end)..end);
            }
            // A piece again, once or many times.
            4 => {
                let piece = input
                    .get(at..end)
                    .unwrap_or_default()
                    .repeat(1 + self.below(4) * self.below(200));
                input.splice(end..end, piece);
            }
            // A piece of another file.
            5 => {
                let other = self.file();
                let from = self.below(other.len() + 1);
                let piece = &other[from..(from + self.below(400)).min(other.len())];
                input.splice(at..end.max(at), piece.iter().copied());
            }
            // Another number.
            6 | 7 => {
                let digit = |byte: &u8| byte.is_ascii_digit();
                let Some(from) = input.iter().skip(at).position(digit).map(|found| at + found) else {
                    return;
                };
                let length = input[from..].iter().take_while(|byte| digit(byte)).count();
                let number = NUMBERS[self.below(NUMBERS.len())];
                input.splice(from..from + length, number.bytes());
            }
            // A word of the format.
            8 => {
                let word = self.fixture.words[self.below(self.fixture.words.len())];
                input.splice(at..at, word.bytes());
            }
            // A nest.
            _ => {
                let open = ["[", "{\"a\":", "(", "\"", "[[{\"values\":", ",", ";", "-", "."];
                let open = open[self.below(open.len())];
                let deep = [3, 100, 10_000][self.below(3)];
                input.splice(at..at, open.repeat(deep).into_bytes());
            }
        }
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.random() % limit.max(1) as u64) as usize
    }

    /// SplitMix64.
    fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
