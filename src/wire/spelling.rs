//! The ways in which clients spell a moment, all of them UTC.

use chrono::SecondsFormat;
use entity::time::Timestamp;

/// `2026-11-20T23:49:58.123Z`
pub fn rfc3339_millis(moment: Timestamp) -> String {
    // Every message is spelled at least twice; a format string costs three times as much.
    moment.0.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// `2026-11-20T23:49:58`
pub fn naive_seconds(moment: Timestamp) -> String {
    moment.0.format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// `2026-11-20 23:49:58.123000`
pub fn naive_with_space(moment: Timestamp) -> String {
    moment.0.format("%Y-%m-%d %H:%M:%S%.6f").to_string()
}

/// `2026-11-20T23:49:58.123000`
pub fn naive_micros(moment: Timestamp) -> String {
    moment.0.format("%Y-%m-%dT%H:%M:%S%.6f").to_string()
}

/// `2026-11-20T23:49:58Z`
pub fn seconds_z(moment: Timestamp) -> String {
    moment.0.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_cut_and_not_rounded() {
        let moment = Timestamp("2026-11-20T23:49:58.999987Z".parse().unwrap());
        assert_eq!(rfc3339_millis(moment), "2026-11-20T23:49:58.999Z");
        assert_eq!(naive_seconds(moment), "2026-11-20T23:49:58");
        assert_eq!(naive_with_space(moment), "2026-11-20 23:49:58.999987");
        assert_eq!(naive_micros(moment), "2026-11-20T23:49:58.999987");
        assert_eq!(seconds_z(moment), "2026-11-20T23:49:58Z");
    }
}
