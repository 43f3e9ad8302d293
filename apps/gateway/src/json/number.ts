// The grammar of a JSON number, a byte at a time.

/** What was read last. */
const [MINUS, ZERO, INTEGER, POINT, FRACTION, E, SIGN, EXPONENT] = [1, 2, 3, 4, 5, 6, 7, 8] as const;

const DOT = 0x2e;
const ZERO_DIGIT = 0x30;
const isDigit = (byte: number): boolean => byte >= ZERO_DIGIT && byte <= 0x39;
const isE = (byte: number): boolean => byte === 0x65 || byte === 0x45;
const isSign = (byte: number): boolean => byte === 0x2b || byte === 0x2d;

/** The state after a number's first byte; 0: no number begins so. */
export function beginNumber(byte: number): number {
  if (byte === 0x2d) return MINUS;
  return isDigit(byte) ? firstDigit(byte) : 0;
}

/** The state after one byte more; 0: it is none of the number's. */
export function nextInNumber(state: number, byte: number): number {
  switch (state) {
    case MINUS:
      return isDigit(byte) ? firstDigit(byte) : 0;
    case ZERO:
    case INTEGER:
      if (byte === DOT) return POINT;
      if (isE(byte)) return E;
      return state === INTEGER && isDigit(byte) ? INTEGER : 0;
    case POINT:
      return isDigit(byte) ? FRACTION : 0;
    case FRACTION:
      if (isE(byte)) return E;
      return isDigit(byte) ? FRACTION : 0;
    case E:
      if (isSign(byte)) return SIGN;
      return isDigit(byte) ? EXPONENT : 0;
    default: // a sign or a digit of the exponent
      return isDigit(byte) ? EXPONENT : 0;
  }
}

export const isWholeNumber = (state: number): boolean =>
  state === ZERO || state === INTEGER || state === FRACTION || state === EXPONENT;

/** A number that begins with a zero has no second digit. */
const firstDigit = (byte: number): number => (byte === ZERO_DIGIT ? ZERO : INTEGER);
