//! Whether values of one type may not fit another.

use super::Severity;
use crate::schema::SqlType;

/// What becomes of values that do not fit: a longer text, a greater integer or a value that an enum type has not is
/// refused by every database in its strict mode, digits are rounded away in silence.
pub(super) fn severity_of_narrowing(from: &SqlType, to: &SqlType) -> Severity {
    let texts = text_length(from).is_some() && text_length(to).is_some();
    let integers = integer_range(from).is_some() && integer_range(to).is_some();
    let enums = matches!((from, to), (SqlType::Enum(_), SqlType::Enum(_)));
    if texts || integers || enums {
        Severity::MayFail
    } else {
        Severity::Destructive
    }
}

/// Why values may be lost or refused when a column of one type becomes one of the other; `None` where
/// every value fits.
pub fn narrowing(from: &SqlType, to: &SqlType) -> Option<String> {
    if from == to {
        return None;
    }
    let fits = match (from, to) {
        _ if integer_range(from).is_some() && integer_range(to).is_some() => {
            let (from, to) = (integer_range(from)?, integer_range(to)?);
            to.0 <= from.0 && from.1 <= to.1
        }
        (SqlType::Bool, other) => {
            integer_range(other).is_some() || text_length(other).is_some_and(|n| n >= 5)
        }
        (SqlType::Decimal(p, s), SqlType::Decimal(q, t)) => s <= t && p - s.min(p) <= q - t.min(q),
        (SqlType::Float, SqlType::Double) => true,
        (_, SqlType::Double) if integer_range(from).is_some_and(|range| range.1 <= 1 << 53) => true,
        (_, SqlType::Decimal(p, s)) if integer_range(from).is_some() => {
            let digits = integer_range(from)?.1.to_string().len();
            usize::from(p.saturating_sub(*s)) >= digits
        }
        (
            SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_),
            SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_),
        ) => text_length(from)? <= text_length(to)?,
        (SqlType::Time(a), SqlType::Time(b))
        | (SqlType::Timestamp(a), SqlType::Timestamp(b))
        | (SqlType::TimestampTz(a), SqlType::TimestampTz(b)) => {
            // Without a number there are six digits, the most any database keeps.
            a.unwrap_or(6) <= b.unwrap_or(6)
        }
        (SqlType::Date, SqlType::Timestamp(_) | SqlType::TimestampTz(_)) => true,
        (SqlType::Json, SqlType::Jsonb) | (SqlType::Jsonb, SqlType::Json) => true,
        // Everything has a text; whether it is the one expected is not ours to say.
        (SqlType::Array(_) | SqlType::Binary | SqlType::Native(_), _) => false,
        (_, SqlType::Text) => true,
        _ => false,
    };
    (!fits).then(|| format!("not every {} fits {}", from.describe(), to.describe()))
}

pub(crate) fn integer_range(ty: &SqlType) -> Option<(i128, i128)> {
    let signed = |bits: u32| (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1);
    let unsigned = |bits: u32| (0, (1_i128 << bits) - 1);
    match ty {
        SqlType::TinyInt => Some(signed(8)),
        SqlType::SmallInt => Some(signed(16)),
        SqlType::Integer => Some(signed(32)),
        SqlType::BigInt => Some(signed(64)),
        SqlType::UnsignedTinyInt => Some(unsigned(8)),
        SqlType::UnsignedSmallInt => Some(unsigned(16)),
        SqlType::UnsignedInteger => Some(unsigned(32)),
        SqlType::UnsignedBigInt => Some(unsigned(64)),
        _ => None,
    }
}

pub(crate) fn text_length(ty: &SqlType) -> Option<u32> {
    match ty {
        SqlType::Text => Some(u32::MAX),
        SqlType::Varchar(length) | SqlType::Char(length) => Some(*length),
        _ => None,
    }
}
