//! Moments, in the spellings that pydantic takes: ISO 8601 with or without an offset, a
//! bare date, and Unix numbers.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use entity::time::Timestamp;
use serde_json::{Number, Value, json};

use crate::wire::fastapi::fault::Fault;

/// From here on a Unix number counts milliseconds.
const WATERSHED: u64 = 20_000_000_000;

pub fn moment(value: &Value) -> Result<Timestamp, Fault> {
    match value {
        Value::Number(number) => of_number(number).ok_or_else(out_of_range),
        Value::String(text) => match text.parse::<Number>() {
            Ok(number) => of_number(&number).ok_or_else(out_of_range),
            Err(_) => of_text(text).map_err(unreadable),
        },
        _ => Err(Fault::new("datetime_type", "Input should be a valid datetime")),
    }
}

/// Spelled out, and not as a number.
pub fn spelled(value: &Value, _: bool) -> Result<Timestamp, Fault> {
    match value {
        Value::String(text) => of_text(text).map_err(unreadable),
        _ => Err(Fault::new("datetime_type", "Input should be a valid datetime")),
    }
}

fn out_of_range() -> Fault {
    let error = "dates after 9999 are not supported as unix timestamps";
    Fault::new("datetime_parsing", format!("Input should be a valid datetime, {error}"))
        .with(json!({ "error": error }))
}

/// pydantic reports what the last reader said that it tried, and that one reads dates.
fn unreadable(error: &'static str) -> Fault {
    let msg = format!("Input should be a valid datetime or date, {error}");
    Fault::new("datetime_from_date_parsing", msg).with(json!({ "error": error }))
}

fn of_number(number: &Number) -> Option<Timestamp> {
    let moment = match number.as_i64() {
        Some(int) if int.unsigned_abs() > WATERSHED => DateTime::from_timestamp_millis(int),
        Some(int) => DateTime::from_timestamp(int, 0),
        None => of_fraction(number.as_f64()?),
    };
    representable(moment?)
}

fn of_fraction(number: f64) -> Option<DateTime<Utc>> {
    let seconds = if number.abs() > 2e10 { number / 1000.0 } else { number };
    let distance = std::time::Duration::try_from_secs_f64(seconds.abs()).ok()?;
    let distance = TimeDelta::from_std(distance).ok()?;
    if seconds < 0.0 {
        DateTime::UNIX_EPOCH.checked_sub_signed(distance)
    } else {
        DateTime::UNIX_EPOCH.checked_add_signed(distance)
    }
}

fn of_text(text: &str) -> Result<Timestamp, &'static str> {
    const EXTRA: &str = "unexpected extra characters at the end of the input";
    let date = date(text)?;
    let moment = match text.get(10..).ok_or(EXTRA)? {
        "" => date.and_time(NaiveTime::MIN).and_utc(),
        rest => time_of_day(date, rest).ok_or(EXTRA)?,
    };
    representable(moment).ok_or("year 0 is out of range")
}

/// The databases and the clients know the years 1 to 9999.
fn representable(moment: DateTime<Utc>) -> Option<Timestamp> {
    use chrono::Datelike;
    (1..=9999).contains(&moment.year()).then_some(Timestamp(moment))
}

fn date(text: &str) -> Result<NaiveDate, &'static str> {
    let bytes = text.as_bytes().first_chunk::<10>().ok_or("input is too short")?;
    let separator = |it: u8| {
        if it == b'-' { Ok(()) } else { Err("invalid date separator, expected `-`") }
    };
    let year = digits(&bytes[..4]).ok_or("invalid character in year")?;
    separator(bytes[4])?;
    let month = digits(&bytes[5..7]).ok_or("invalid character in month")?;
    separator(bytes[7])?;
    let day = digits(&bytes[8..]).ok_or("invalid character in day")?;
    if !(1..=12).contains(&month) {
        return Err("month value is outside expected range of 1-12");
    }
    let year = i32::try_from(year).map_err(|_| "invalid character in year")?;
    NaiveDate::from_ymd_opt(year, month, day).ok_or("day value is outside expected range")
}

/// `T23:50:03.123+02:00` after its date; without an offset it is UTC.
fn time_of_day(date: NaiveDate, rest: &str) -> Option<DateTime<Utc>> {
    // pydantic takes these four.
    let rest = rest.strip_prefix(['T', 't', ' ', '_'])?;
    let zone = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let local: NaiveDateTime = date.and_time(clock(&rest[..zone])?);
    local.checked_sub_signed(offset(&rest[zone..])?).map(|it| it.and_utc())
}

fn clock(text: &str) -> Option<NaiveTime> {
    let (whole, micros) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) if whole.len() == 8 => (whole, fraction_in_micros(fraction)?),
        Some(_) => return None,
        None => (text, 0),
    };
    let mut parts = whole.split(':').map(|it| (it.len() == 2).then(|| digits(it.as_bytes()))?);
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let seconds = parts.next().unwrap_or(Some(0))?;
    if parts.next().is_some() {
        return None;
    }
    NaiveTime::from_hms_micro_opt(hours, minutes, seconds, micros)
}

/// What is finer than a microsecond is dropped.
fn fraction_in_micros(digits_after: &str) -> Option<u32> {
    let known = &digits_after.as_bytes()[..digits_after.len().min(6)];
    let rest_is_digits = digits_after.bytes().all(|it| it.is_ascii_digit());
    let missing = u32::try_from(6 - known.len()).ok()?;
    let value = digits(known).filter(|_| rest_is_digits && !known.is_empty())?;
    Some(value * 10_u32.pow(missing))
}

fn offset(text: &str) -> Option<TimeDelta> {
    let (sign, rest) = match text.split_at_checked(1) {
        None | Some(("Z" | "z", "")) => return Some(TimeDelta::zero()),
        Some(("+", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        Some(_) => return None,
    };
    let (hours, minutes) = match rest.as_bytes() {
        [hours @ .., b':', m1, m2] if hours.len() == 2 => (digits(hours)?, digits(&[*m1, *m2])?),
        [h1, h2, m1, m2] => (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?),
        _ => return None,
    };
    let possible = hours < 24 && minutes < 60;
    possible.then(|| TimeDelta::minutes(sign * i64::from(hours * 60 + minutes)))
}

/// A few decimal digits and nothing else.
fn digits(bytes: &[u8]) -> Option<u32> {
    bytes
        .iter()
        .try_fold(0, |value, it| it.is_ascii_digit().then(|| value * 10 + u32::from(it - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: impl Into<Value>) -> String {
        moment(&value.into()).unwrap().0.to_rfc3339()
    }

    fn fault(value: impl Into<Value>) -> Fault {
        moment(&value.into()).unwrap_err()
    }

    #[test]
    fn moments_have_many_spellings() {
        let plain = "2026-11-20T23:50:03+00:00";
        assert_eq!(read("2026-11-20T23:50:03Z"), plain);
        assert_eq!(read("2026-11-20 23:50:03"), plain);
        assert_eq!(read("2026-11-21T01:50:03+02:00"), plain);
        assert_eq!(read("2026-11-20T18:20:03-0530"), plain);
        assert_eq!(read("2026-11-20T23:50"), "2026-11-20T23:50:00+00:00");
        assert_eq!(read("2026-11-20"), "2026-11-20T00:00:00+00:00");
        assert_eq!(read("2026-11-20T23:50:03.1234567z"), "2026-11-20T23:50:03.123456+00:00");
        assert_eq!(read("2026-11-20T23:50:03.5"), "2026-11-20T23:50:03.500+00:00");
    }

    #[test]
    fn unix_numbers_are_seconds_or_milliseconds() {
        assert_eq!(read(1_700_000_000), "2023-11-14T22:13:20+00:00");
        assert_eq!(read(1_700_000_000_123_i64), "2023-11-14T22:13:20.123+00:00");
        assert_eq!(read(1_700_000_000.5), "2023-11-14T22:13:20.500+00:00");
        assert_eq!(read("1700000000"), "2023-11-14T22:13:20+00:00");
        assert_eq!(read(-1), "1969-12-31T23:59:59+00:00");
    }

    #[test]
    fn what_is_no_moment_is_explained() {
        for (text, error) in [
            ("", "input is too short"),
            ("yesterday, noon", "invalid character in year"),
            ("2026/11/20T", "invalid date separator, expected `-`"),
            ("2026-13-01", "month value is outside expected range of 1-12"),
            ("2026-02-29", "day value is outside expected range"),
            ("2026-11-20T25:00", "unexpected extra characters at the end of the input"),
            ("2026-11-20T23:50:03+99:00", "unexpected extra characters at the end of the input"),
            ("2026-11-20T23:50:03.", "unexpected extra characters at the end of the input"),
            ("2026-11-20é", "unexpected extra characters at the end of the input"),
        ] {
            assert_eq!(fault(text), unreadable(error), "{text}");
        }
        assert_eq!(fault(i64::MAX), out_of_range());
        assert_eq!(fault(i64::MIN), out_of_range());
        assert_eq!(fault(1e300), out_of_range());
        assert_eq!(fault("0001-01-01T00:00+01:00"), unreadable("year 0 is out of range"));
        let other = Fault::new("datetime_type", "Input should be a valid datetime");
        assert_eq!(fault(true), other);
    }
}
