// Exact decimal numbers as text: reading, rounding half to even, grouping. Money never becomes binary floating point here.

export interface Decimal {
  /** The number is `units / 10^scale`. */
  units: bigint;
  scale: number;
}

/** Reads `-12.50`, `1e-7`, or a number; none for anything else. */
export function parseDecimal(value: string | number): Decimal | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(String(value).trim());
  if (!match) return null;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  if (whole + fraction === "") return null;
  let units = BigInt(whole + fraction);
  let scale = fraction.length - Number(exponent);
  if (scale < 0) {
    units *= 10n ** BigInt(-scale);
    scale = 0;
  }
  return { units: sign === "-" ? -units : units, scale };
}

/** Rounds to `places` digits after the point, halves to the even digit as the server does. */
export function round(number: Decimal, places: number): Decimal {
  if (number.scale <= places) {
    return { units: number.units * 10n ** BigInt(places - number.scale), scale: places };
  }
  const divisor = 10n ** BigInt(number.scale - places);
  const negative = number.units < 0n;
  const size = negative ? -number.units : number.units;
  let quotient = size / divisor;
  const doubled = (size % divisor) * 2n;
  if (doubled > divisor || (doubled === divisor && quotient % 2n === 1n)) quotient += 1n;
  return { units: negative ? -quotient : quotient, scale: places };
}

export function shiftPoint(number: Decimal, digits: number): Decimal {
  const scale = number.scale - digits;
  return scale >= 0 ? { units: number.units, scale } : { units: number.units * 10n ** BigInt(-scale), scale: 0 };
}

/** `-1,234.50`; zero has no sign. */
export function groupDigits(number: Decimal): string {
  const negative = number.units < 0n;
  const digits = String(negative ? -number.units : number.units).padStart(number.scale + 1, "0");
  const whole = digits.slice(0, digits.length - number.scale).replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = number.scale > 0 ? `.${digits.slice(-number.scale)}` : "";
  return `${negative ? "-" : ""}${whole}${fraction}`;
}

/** Drops zeros at the end of the fraction. */
export function trimZeros(number: Decimal): Decimal {
  let { units, scale } = number;
  while (scale > 0 && units % 10n === 0n) {
    units /= 10n;
    scale -= 1;
  }
  return { units, scale };
}
