//! A sample's design as bytes, so that it can travel with the rows.

use super::{Adjustment, Lonely, Projection, Replication, Sample, Second, Stratum, UnitTotals};
use crate::StatisticsError;

/// First byte: the version of the format.
const VERSION: u8 = 2;

impl Sample {
    /// Writes the design: little-endian numbers, lists and texts with their length first.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![VERSION, self.lonely as u8];
        out.push(u8::from(self.lonely_domains) | (u8::from(self.two_stage) << 1));
        out.extend_from_slice(&self.id.to_le_bytes());
        write_len(&mut out, self.strata.len());
        for stratum in &self.strata {
            write_len(&mut out, stratum.name.len());
            out.extend_from_slice(stratum.name.as_bytes());
            out.extend_from_slice(&stratum.units.to_le_bytes());
            write_float(&mut out, stratum.population.unwrap_or(f64::NAN));
            write_float(&mut out, stratum.weight.unwrap_or(f64::NAN));
        }
        out.push(u8::from(self.adjustment.is_some()));
        if let Some(adjustment) = &self.adjustment {
            write_adjustment(&mut out, adjustment, self.two_stage);
        }
        out.push(u8::from(self.replication.is_some()));
        if let Some(replication) = &self.replication {
            write_float(&mut out, replication.scale);
            write_floats(&mut out, &replication.rscales);
            out.push(u8::from(replication.mse));
            out.extend_from_slice(&replication.df.to_le_bytes());
        }
        out
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// The bytes are cut, of another version, or no design.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatisticsError> {
        let mut reader = Reader { bytes };
        if reader.byte()? != VERSION {
            return Err(damaged("it was written by another version"));
        }
        let lonely = match reader.byte()? {
            0 => Lonely::Fail,
            1 => Lonely::Remove,
            2 => Lonely::Certainty,
            3 => Lonely::Adjust,
            4 => Lonely::Average,
            _ => return Err(damaged("an unknown treatment of lonely PSUs")),
        };
        let flags = reader.byte()?;
        let id = reader.whole()?;
        let strata = reader.list(|reader| {
            Ok(Stratum {
                name: reader.text()?,
                units: reader.whole()?,
                population: Some(reader.float()?).filter(|population| !population.is_nan()),
                weight: Some(reader.float()?).filter(|weight| !weight.is_nan()),
            })
        })?;
        let adjustment = match reader.byte()? {
            0 => None,
            _ => Some(read_adjustment(&mut reader, flags & 2 != 0)?),
        };
        let replication = match reader.byte()? {
            0 => None,
            _ => Some(Replication {
                scale: reader.float()?,
                rscales: reader.list(Reader::float)?,
                mse: reader.byte()? != 0,
                df: reader.whole()?,
            }),
        };
        if !reader.bytes.is_empty() {
            return Err(damaged("it is longer than it says"));
        }
        Ok(Self {
            id,
            strata,
            lonely,
            lonely_domains: flags & 1 != 0,
            two_stage: flags & 2 != 0,
            adjustment,
            replication,
        })
    }
}

fn write_adjustment(out: &mut Vec<u8>, adjustment: &Adjustment, two_stage: bool) {
    write_len(out, adjustment.width);
    out.extend_from_slice(&adjustment.rows.to_le_bytes());
    out.extend_from_slice(&adjustment.df.to_le_bytes());
    match &adjustment.projection {
        Projection::Orthonormal => out.push(0),
        Projection::Margins { levels, counts } => {
            out.push(1);
            write_len(out, levels.len());
            levels.iter().for_each(|level| write_len(out, *level));
            write_floats(out, counts);
        }
    }
    write_len(out, adjustment.units.len());
    for unit in &adjustment.units {
        out.extend_from_slice(&unit.stratum.to_le_bytes());
        out.extend_from_slice(&unit.psu.to_le_bytes());
        let second = unit.second.write();
        second
            .iter()
            .filter(|_| two_stage)
            .for_each(|value| write_float(out, *value));
        write_len(out, unit.totals.len());
        for (place, total) in &unit.totals {
            out.extend_from_slice(&place.to_le_bytes());
            write_float(out, *total);
        }
    }
}

fn read_adjustment(reader: &mut Reader<'_>, two_stage: bool) -> Result<Adjustment, StatisticsError> {
    let width = reader.length()?;
    let (rows, df) = (reader.whole()?, reader.whole()?);
    let projection = match reader.byte()? {
        0 => Projection::Orthonormal,
        1 => Projection::Margins {
            levels: reader.list(Reader::length)?,
            counts: reader.list(Reader::float)?,
        },
        _ => return Err(damaged("an unknown adjustment")),
    };
    let units = reader.list(|reader| {
        Ok(UnitTotals {
            stratum: u32::from_le_bytes(reader.take()?),
            psu: i64::from_le_bytes(reader.take()?),
            second: match two_stage {
                true => Second::read(&[reader.float()?, reader.float()?, reader.float()?]).0,
                false => Second::default(),
            },
            totals: reader.list(|reader| Ok((u32::from_le_bytes(reader.take()?), reader.float()?)))?,
        })
    })?;
    let fits = |unit: &UnitTotals| unit.totals.iter().all(|(place, _)| (*place as usize) < width);
    let square = match &projection {
        Projection::Orthonormal => true,
        Projection::Margins { levels, counts } => {
            let sum = levels
                .iter()
                .try_fold(0_usize, |sum, level| sum.checked_add(*level));
            sum == Some(width) && width.checked_mul(width) == Some(counts.len())
        }
    };
    if !square || !units.iter().all(fits) {
        return Err(damaged("totals of variables that it does not have"));
    }
    Ok(Adjustment {
        projection,
        width,
        rows,
        df,
        units,
    })
}

fn write_len(out: &mut Vec<u8>, length: usize) {
    out.extend_from_slice(&(length as u64).to_le_bytes());
}

fn write_float(out: &mut Vec<u8>, value: f64) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn write_floats(out: &mut Vec<u8>, values: &[f64]) {
    write_len(out, values.len());
    values.iter().for_each(|value| write_float(out, *value));
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], StatisticsError> {
        let (head, rest) = self
            .bytes
            .split_first_chunk::<N>()
            .ok_or_else(|| damaged("it ends too early"))?;
        self.bytes = rest;
        Ok(*head)
    }

    fn byte(&mut self) -> Result<u8, StatisticsError> {
        Ok(u8::from_le_bytes(self.take()?))
    }

    fn whole(&mut self) -> Result<u64, StatisticsError> {
        Ok(u64::from_le_bytes(self.take()?))
    }

    fn float(&mut self) -> Result<f64, StatisticsError> {
        Ok(f64::from_le_bytes(self.take()?))
    }

    /// A length; never more than there are bytes, so that damage cannot ask for
    /// all memory.
    fn length(&mut self) -> Result<usize, StatisticsError> {
        let length = self.whole()?;
        usize::try_from(length).map_err(|_| damaged("an impossible length"))
    }

    fn list<T>(
        &mut self,
        read: impl Fn(&mut Self) -> Result<T, StatisticsError>,
    ) -> Result<Vec<T>, StatisticsError> {
        let length = self.length()?;
        if length > self.bytes.len() {
            return Err(damaged("it ends too early"));
        }
        (0..length).map(|_| read(self)).collect()
    }

    fn text(&mut self) -> Result<String, StatisticsError> {
        let length = self.length()?;
        let (head, rest) = self
            .bytes
            .split_at_checked(length)
            .ok_or_else(|| damaged("it ends too early"))?;
        self.bytes = rest;
        let text = std::str::from_utf8(head).map_err(|_| damaged("a name that is no text"))?;
        Ok(text.to_owned())
    }
}

fn damaged(reason: &'static str) -> StatisticsError {
    StatisticsError::State { reason }
}
