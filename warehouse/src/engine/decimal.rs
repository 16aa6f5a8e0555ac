//! Quotients and products of exact numbers that do not run out of digits.
//!
//! The engine's own kernels work in 38 digits: with fifteen decimals a quotient fails from amounts of 17,000 on, and a product of two amounts has no room for
//! whole millions. Here the way is calculated in 76 digits and only the result has to fit, with eighteen decimals, rounded half away from zero.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{Array, ArrayRef, AsArray, Decimal128Builder},
        compute::cast,
        datatypes::{ArrowNativeTypeOp, DataType, Decimal128Type, i256},
    },
    common::{DFSchema, Result, exec_datafusion_err, exec_err},
    logical_expr::{
        ColumnarValue, Expr, ExprSchemable, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
        planner::{ExprPlanner, PlannerResult, RawBinaryExpr},
    },
};
use sqlparser::ast::BinaryOperator;

/// Decimals of a quotient, and the most a product keeps.
const RESULT_SCALE: i8 = 18;
const DIGITS: u8 = 38;

/// Plans `/` and `*` between exact numbers as the functions here.
#[derive(Debug)]
pub(super) struct DecimalPlanner {
    divide: Arc<ScalarUDF>,
    multiply: Arc<ScalarUDF>,
}

impl DecimalPlanner {
    pub fn new() -> Self {
        let function =
            |operation| Arc::new(ScalarUDF::from(Exact { operation, signature: Signature::user_defined(Volatility::Immutable) }));
        Self { divide: function(Operation::Divide), multiply: function(Operation::Multiply) }
    }
}

impl ExprPlanner for DecimalPlanner {
    fn plan_binary_op(&self, expr: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        let function = match expr.op {
            BinaryOperator::Divide => &self.divide,
            BinaryOperator::Multiply => &self.multiply,
            _ => return Ok(PlannerResult::Original(expr)),
        };
        let types = (expr.left.get_type(schema), expr.right.get_type(schema));
        match types {
            (Ok(left), Ok(right)) if applies(&left, &right) => {
                Ok(PlannerResult::Planned(Expr::ScalarFunction(datafusion::logical_expr::expr::ScalarFunction {
                    func: Arc::clone(function),
                    args: vec![expr.left, expr.right],
                })))
            }
            _ => Ok(PlannerResult::Original(expr)),
        }
    }
}

/// One side is exact with decimals, the other exact or whole.
fn applies(left: &DataType, right: &DataType) -> bool {
    let decimal = |data_type: &DataType| matches!(data_type, DataType::Decimal128(_, _));
    (decimal(left) && (decimal(right) || right.is_integer())) || (decimal(right) && left.is_integer())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operation {
    Divide,
    Multiply,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Exact {
    operation: Operation,
    signature: Signature,
}

impl ScalarUDFImpl for Exact {
    fn name(&self) -> &str {
        match self.operation {
            Operation::Divide => "divide",
            Operation::Multiply => "multiply",
        }
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let sign = match self.operation {
            Operation::Divide => '/',
            Operation::Multiply => '*',
        };
        match args {
            [left, right] => Ok(format!("{} {sign} {}", left.schema_name(), right.schema_name())),
            _ => exec_err!("`{}` takes two numbers", self.name()),
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        types.iter().map(|data_type| if data_type.is_integer() { Ok(DataType::Decimal128(20, 0)) } else { Ok(data_type.clone()) }).collect()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        let [left, right] = types else {
            return exec_err!("`{}` takes two numbers", self.name());
        };
        Ok(DataType::Decimal128(DIGITS, self.operation.scale(scale_of(left)?, scale_of(right)?)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let scalar = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [left, right] = arrays.as_slice() else {
            return exec_err!("`{}` takes two numbers", self.name());
        };
        let result = self.operation.each(&decimal(left)?, &decimal(right)?)?;
        if scalar {
            return Ok(ColumnarValue::Scalar(datafusion::scalar::ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(result))
    }
}

fn scale_of(data_type: &DataType) -> Result<i8> {
    match data_type {
        DataType::Decimal128(_, scale) => Ok(*scale),
        data_type if data_type.is_integer() || data_type.is_null() => Ok(0),
        other => exec_err!("`{other}` is not an exact number"),
    }
}

fn decimal(array: &ArrayRef) -> Result<ArrayRef> {
    match array.data_type() {
        DataType::Decimal128(_, _) => Ok(Arc::clone(array)),
        _ => Ok(cast(array, &DataType::Decimal128(20, 0))?),
    }
}

impl Operation {
    fn scale(self, left: i8, right: i8) -> i8 {
        match self {
            Self::Divide => RESULT_SCALE,
            Self::Multiply => (left + right).min(RESULT_SCALE),
        }
    }

    fn each(self, left: &ArrayRef, right: &ArrayRef) -> Result<ArrayRef> {
        let (left_scale, right_scale) = (scale_of(left.data_type())?, scale_of(right.data_type())?);
        let scale = self.scale(left_scale, right_scale);
        let (left, right) = (left.as_primitive::<Decimal128Type>(), right.as_primitive::<Decimal128Type>());
        let mut builder = Decimal128Builder::with_capacity(left.len());
        for row in 0..left.len() {
            if left.is_null(row) || right.is_null(row) {
                builder.append_null();
                continue;
            }
            let pair = (i256::from_i128(left.value(row)), i256::from_i128(right.value(row)));
            let value = match self {
                Self::Divide => ratio(pair.0, pair.1, i32::from(scale) + i32::from(right_scale) - i32::from(left_scale))?,
                Self::Multiply => product(pair.0, pair.1, i32::from(left_scale) + i32::from(right_scale) - i32::from(scale))?,
            };
            builder.append_value(value.to_i128().ok_or_else(|| exec_datafusion_err!("a result has more than 38 digits"))?);
        }
        Ok(Arc::new(builder.finish().with_precision_and_scale(DIGITS, scale)?))
    }
}

fn ratio(left: i256, right: i256, power: i32) -> Result<i256> {
    if right.is_zero() {
        return exec_err!("division by zero; write `x / NULLIF(y, 0)` for no value where y is 0");
    }
    let factor = i256::from_i128(10).pow_checked(power.unsigned_abs())?;
    if power >= 0 { rounded(left.mul_checked(factor)?, right) } else { rounded(left, right.mul_checked(factor)?) }
}

fn product(left: i256, right: i256, dropped: i32) -> Result<i256> {
    rounded(left.mul_checked(right)?, i256::from_i128(10).pow_checked(dropped.unsigned_abs())?)
}

/// A quotient rounded half away from zero.
fn rounded(dividend: i256, divisor: i256) -> Result<i256> {
    let quotient = dividend.div_checked(divisor)?;
    let rest = dividend.mod_checked(divisor)?.wrapping_abs();
    let size = divisor.wrapping_abs();
    if rest < size.sub_checked(rest)? {
        return Ok(quotient);
    }
    let up = dividend.is_negative() == divisor.is_negative();
    Ok(if up { quotient.add_checked(i256::ONE)? } else { quotient.sub_checked(i256::ONE)? })
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::Decimal128Array;

    use super::*;

    fn decimals(values: &[i128], scale: i8) -> ArrayRef {
        Arc::new(Decimal128Array::from(values.to_vec()).with_precision_and_scale(38, scale).expect("a scale"))
    }

    fn check(operation: Operation, left: (i128, i8), right: (i128, i8), expect: i128) {
        let result = operation.each(&decimals(&[left.0], left.1), &decimals(&[right.0], right.1)).expect("a result");
        assert_eq!(result.as_primitive::<Decimal128Type>().value(0), expect);
    }

    #[test]
    fn large_amounts_divide_and_multiply() {
        let one = 10_i128.pow(15);
        check(Operation::Divide, (2_000_000_000 * one, 15), (3 * one, 15), 666_666_666_666_666_666_666_666_667);
        check(Operation::Divide, (-one, 15), (3, 0), -333_333_333_333_333_333);
        check(Operation::Divide, (-2 * one, 15), (3, 0), -666_666_666_666_666_667);
        check(Operation::Multiply, (900_000_000 * one, 15), (7 * one, 15), 6_300_000_000 * 10_i128.pow(18));
        check(Operation::Multiply, (15, 1), (25, 1), 375);
        let by_zero = Operation::Divide.each(&decimals(&[1], 0), &decimals(&[0], 0)).expect_err("no quotient");
        assert!(by_zero.to_string().contains("division by zero"), "{by_zero}");
    }
}
