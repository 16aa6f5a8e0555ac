//! Types that may be cast to: plain values; nothing that names a relation, an object or a user's own type.

use sqlparser::ast::{CastFormat, CastKind, DataType, Ident, ObjectName};

use super::{
    Dialect, Reason,
    reasons::{Checked, not_allowed},
};

/// Checks the type of a cast or of a typed literal.
pub(super) fn check(data_type: &DataType) -> Checked<()> {
    let plain = matches!(
        data_type,
        DataType::Character(_)
            | DataType::Char(_)
            | DataType::CharacterVarying(_)
            | DataType::CharVarying(_)
            | DataType::Varchar(_)
            | DataType::Text
            | DataType::String(_)
            | DataType::Numeric(_)
            | DataType::Decimal(_)
            | DataType::Dec(_)
            | DataType::Float(_)
            | DataType::TinyInt(_)
            | DataType::SmallInt(_)
            | DataType::MediumInt(_)
            | DataType::Int(_)
            | DataType::Int2(_)
            | DataType::Int4(_)
            | DataType::Int8(_)
            | DataType::Integer(_)
            | DataType::BigInt(_)
            | DataType::IntUnsigned(_)
            | DataType::BigIntUnsigned(_)
            | DataType::Signed
            | DataType::SignedInteger
            | DataType::Unsigned
            | DataType::UnsignedInteger
            | DataType::Float4
            | DataType::Float8
            | DataType::Float32
            | DataType::Float64
            | DataType::Real
            | DataType::Double(_)
            | DataType::DoublePrecision
            | DataType::Bool
            | DataType::Boolean
            | DataType::Date
            | DataType::Time(..)
            | DataType::Datetime(_)
            | DataType::Timestamp(..)
            | DataType::Interval { .. }
            | DataType::JSON
            | DataType::JSONB
    );
    if plain {
        Ok(())
    } else {
        Err(Box::new(Reason { code: "type_not_allowed", ..*not_allowed("此类型转换", "a cast to this type") }))
    }
}

/// Checks how a cast is written.
pub(super) fn check_cast(kind: &CastKind, format: Option<&CastFormat>, array: bool, dialect: Dialect) -> Checked<()> {
    let fine = match kind {
        CastKind::Cast => true,
        CastKind::TryCast => dialect == Dialect::DataFusion,
        CastKind::DoubleColon => matches!(dialect, Dialect::DataFusion | Dialect::Postgres),
        CastKind::SafeCast => false,
    };
    if fine && format.is_none() && !array { Ok(()) } else { Err(not_allowed("这种类型转换", "this kind of cast")) }
}

/// The single plain identifier of a name; none for a qualified or computed one.
pub(super) fn single(name: &mut ObjectName) -> Option<&mut Ident> {
    match name.0.as_mut_slice() {
        [sqlparser::ast::ObjectNamePart::Identifier(ident)] => Some(ident),
        _ => None,
    }
}
