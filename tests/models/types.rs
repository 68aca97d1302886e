//! The runtime's own column types, away from any database.

use migrate_runtime::types::{Decimal, Uuid};

#[test]
fn a_decimal_is_written_without_an_exponent_and_obeys_the_format() {
    let number: Decimal = "-1450e-2".parse().unwrap();
    assert_eq!(number, Decimal::new(-1450, 2));
    assert_eq!(number.to_string(), "-14.50");
    assert_eq!(format!("{number:>8}|{number:<8}|"), "  -14.50|-14.50  |");
    assert_eq!(format!("{number:.1}|{number:+}"), "-14.5|-14.50");
    let huge: Decimal = "1e30".parse().unwrap();
    assert_eq!(huge.to_string(), format!("1{}", "0".repeat(30)));
    assert_eq!(format!("{huge:?}"), format!("Decimal({huge})"));
}

#[test]
fn decimals_compare_as_numbers() {
    let number = |text: &str| text.parse::<Decimal>().unwrap();
    assert_eq!(number("14.5"), number("14.50"));
    assert!(number("9.99") < number("14.50"));
    assert!("fourteen".parse::<Decimal>().is_err());
}

#[test]
fn a_uuid_reads_what_it_writes() {
    let text = "67e55044-10b1-426f-9247-bb680e5fe0c8";
    let uuid: Uuid = text.parse().unwrap();
    assert_eq!(uuid.to_string(), text);
    assert_eq!(Uuid::from_bytes(*uuid.as_bytes()), uuid);
    assert_eq!(Uuid::new_v4().get_version_num(), 4);
}
