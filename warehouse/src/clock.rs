//! The clock a provider cuts its days and months on.

use jiff::civil::Date;

pub(crate) const MICROS_PER_HOUR: i64 = 3_600_000_000;
pub(crate) const MICROS_PER_DAY: i64 = 24 * MICROS_PER_HOUR;

/// The offset from UTC of a provider's clock in microseconds: eight hours for Alibaba Cloud, Tencent Cloud and Huawei Cloud, none for others.
pub(crate) fn provider_offset(provider: &str) -> i64 {
    const EAST_EIGHT: [&str; 8] = ["alibaba", "aliyun", "阿里", "tencent", "腾讯", "qcloud", "huawei", "华为"];
    let lower = provider.to_lowercase();
    if EAST_EIGHT.iter().any(|name| lower.contains(name)) { 8 * MICROS_PER_HOUR } else { 0 }
}

/// The civil day, counted from 1970-01-01, of an instant in microseconds on a clock.
pub(crate) fn day_of(micros: i64, offset: i64) -> i64 {
    (micros + offset).div_euclid(MICROS_PER_DAY)
}

/// Year, month and day of a day counted from 1970-01-01.
pub(crate) fn civil_of(day: i64) -> (i64, u32, u32) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_index + 2) / 5 + 1) as u32;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The day, counted from 1970-01-01, of a civil date; none where there is no such date.
pub(crate) fn day_from_civil(year: i64, month: u32, day: u32) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_in_month = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if day == 0 || day > days_in_month {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_index = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_index + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// A day counted from 1970-01-01 as a date; none outside years that dates can hold.
pub(crate) fn date_of(day: i64) -> Option<Date> {
    let (year, month, day) = civil_of(day);
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_dates_round_trip() {
        for day in -200_000..200_000 {
            let (year, month, date) = civil_of(day);
            assert_eq!(day_from_civil(year, month, date), Some(day));
        }
        assert_eq!(day_from_civil(2026, 2, 29), None);
        assert_eq!(civil_of(0), (1970, 1, 1));
    }

    #[test]
    fn months_are_cut_on_the_providers_clock() {
        let may_31_16z = day_from_civil(2026, 5, 31).expect("a date") * MICROS_PER_DAY + 16 * MICROS_PER_HOUR;
        let check = |provider, expect| {
            let (_, month, day) = civil_of(day_of(may_31_16z, provider_offset(provider)));
            assert_eq!((month, day), expect, "{provider}");
        };
        check("Alibaba Cloud", (6, 1));
        check("Tencent Cloud", (6, 1));
        check("华为云", (6, 1));
        check("AWS", (5, 31));
    }
}
