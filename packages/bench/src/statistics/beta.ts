// The regularised incomplete beta function, from which the tails of Student's t follow: its continued fraction, evaluated by Lentz's
// method (Press et al., Numerical Recipes, 6.4), and the logarithm of the gamma function by Lanczos's series (6.1).

const LANCZOS = [
  76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2,
  -0.5395239384953e-5,
];
const SQRT_TAU = Math.sqrt(2 * Math.PI);
const STEPS = 300;
const PRECISION = 1e-13;
const TINY = 1e-300;

/** The share of a beta distribution with parameters `a` and `b` below `x` in [0, 1]. */
export function betaShareBelow(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges quickly on this side of the mean only.
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
}

function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= STEPS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < PRECISION) break;
  }
  return result;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

function logGamma(x: number): number {
  const base = x + 5.5;
  const series = LANCZOS.reduce((sum, coefficient, index) => sum + coefficient / (x + index + 1), 1.000000000190015);
  return (x + 0.5) * Math.log(base) - base + Math.log((SQRT_TAU * series) / x);
}
