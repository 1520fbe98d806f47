// Figures as the command line spells them.

const prefixes = [
  [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""], [1e-3, "m"], [1e-6, "u"], [1e-9, "n"],
  [1e-12, "p"], [1e-15, "f"],
];

/** Three digits or four, and the prefix of a thousand that fits. */
export function engineering(value, unit) {
  if (!(value > 0)) return `0 ${unit}`;
  const [scale, prefix] = prefixes.find(([least]) => value >= least) ?? [1e-15, "f"];
  const number = value / scale;
  return `${number.toFixed(number >= 100 ? 0 : number >= 10 ? 1 : 2)} ${prefix}${unit}`;
}

export const time = (picoseconds) => engineering(picoseconds * 1e-12, "s");
export const energy = (femtojoules) => engineering(femtojoules * 1e-15, "J");
export const percent = (share) => `${(100 * share).toFixed(1)} %`;
export const shape = (sizes) => (sizes.length ? sizes.join("x") : "scalar");
export const decibels = (value) => `${value.toFixed(1)} dB`;
export const real = (value) => String(Number(value.toPrecision(4)));

/** Powers of 1024. */
export function bytes(count) {
  for (const [scale, name] of [[2 ** 30, "GB"], [2 ** 20, "MB"], [2 ** 10, "KB"]]) {
    if (count >= scale) return `${(count / scale).toFixed(1)} ${name}`;
  }
  return `${count} B`;
}

/** A whole number with thin spaces between thousands. */
export function whole(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

export const count = (number, thing) => `${whole(number)} ${thing}${number === 1 ? "" : "s"}`;
