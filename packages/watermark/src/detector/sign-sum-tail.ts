/** Steps towards the sharpest bound: each holds, and after these they no longer differ. */
const NEWTON_STEPS = 8;

/** Width of the smoothing; half of it costs twice the time and gains a tenth of a nat. */
const SHARPNESS = 0.5;

/** Of the standard deviation's inverse, which no detail of the integrand is narrower than. */
const STEP = 0.5;

/**
 * How hard a sum of weighted random signs is to reach: the probability that it is `sum` or more is at most exp(-nats), for any
 * weights and any number of them. Chernoff's bound, sharpened where the sum has many terms.
 * @returns nats, 0 for a sum that is not positive
 */
export function tailNats(sum: number, weights: Float64Array): number {
  const energy = weights.reduce((total, weight) => total + weight * weight, 0);
  if (!(sum > 0) || energy === 0) return 0;
  let rate = sum / energy;
  for (let step = 0; step < NEWTON_STEPS; step += 1) rate += newtonStep(sum, weights, rate);
  return chernoffNats(sum, weights, rate) + sharperBy(weights, rate);
}

/**
 * E exp(r s w) = cosh(r w) for a random sign s, so the probability is at most exp(-(r sum - sum of ln cosh(r w))) for every r.
 * Newton's method finds the best r, from below, since the slope is concave.
 */
function newtonStep(sum: number, weights: Float64Array, rate: number): number {
  let slope = 0;
  let curvature = 1e-12;
  for (const weight of weights) {
    const tanh = Math.tanh(rate * weight);
    slope += weight * tanh;
    curvature += weight * weight * (1 - tanh * tanh);
  }
  // A sum that all signs together only just reach has its best rate at infinity: no further than needed.
  return Math.min((sum - slope) / curvature, 4 * rate);
}

function chernoffNats(sum: number, weights: Float64Array, rate: number): number {
  let nats = rate * sum;
  for (const weight of weights) {
    const size = Math.abs(rate * weight);
    nats -= size + Math.log1p(Math.exp(-2 * size)) - Math.LN2;
  }
  return nats;
}

/**
 * Chernoff's bound takes every sum beyond the threshold for one right on it. With signs drawn anew so that each agrees with its
 * weight as the rate r has it, the probability is Chernoff's bound times E g(S - sum), where g(u) = exp(-r u) from 0 on and 0
 * below. For every k > 0 there is a function that is nowhere less than g, has the integral (k / r) / (1 - exp(-k)), and whose
 * Fourier transform ends at 2 pi r / k (Graham and Vaaler 1981). Its expectation is at most that integral times the mean of
 * |characteristic function of S| up to there, which for one sign is sqrt(1 - sin^2(t r w) / cosh^2(r w)).
 */
function sharperBy(weights: Float64Array, rate: number): number {
  const end = (2 * Math.PI) / SHARPNESS;
  const steps = Math.ceil((end * deviation(weights, rate)) / STEP) + 1;
  const squares = characteristicSquares(weights, rate, end / steps, steps);
  // By the trapezoidal rule.
  const half = (1 + Math.sqrt(squares[steps] as number)) / 2;
  const inner = squares.subarray(1, steps).reduce((sum, square) => sum + Math.sqrt(square), 0);
  const integral = ((half + inner) * end) / steps;
  return Math.max(0, -Math.log(((SHARPNESS / (1 - Math.exp(-SHARPNESS))) * integral) / Math.PI));
}

/** Of the sum in units of 1 / rate, with the signs drawn anew. */
function deviation(weights: Float64Array, rate: number): number {
  return Math.sqrt(weights.reduce((sum, weight) => sum + (rate * weight) ** 2 * spread(rate * weight), 0));
}

/** Variance of a sign that agrees with its weight the more often the larger it is: 1 / cosh^2. */
const spread = (size: number): number => 1 - Math.tanh(size) ** 2;

/** Squared magnitude of the sum's characteristic function at 0, 1, ... `steps` steps; sin^2 by cos(2 x), and that by recurrence. */
function characteristicSquares(
  weights: Float64Array,
  rate: number,
  step: number,
  steps: number,
): Float64Array {
  const squares = new Float64Array(steps + 1).fill(1);
  for (const weight of weights) {
    const share = spread(rate * weight) / 2;
    const turn = Math.cos(2 * step * rate * weight);
    let before = turn;
    let cosine = 1;
    for (let at = 0; at <= steps; at += 1) {
      squares[at] = (squares[at] as number) * (1 - share + share * cosine);
      [before, cosine] = [cosine, 2 * turn * cosine - before];
    }
  }
  return squares;
}
