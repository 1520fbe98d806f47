// What a tile's instruction unfolds into: vectors held one after another, past each of which vectors
// stream. Docs/CostModel.md, *A VDU*, has the formulas; times are picoseconds from the tile's start.

/** A tile of `imprints` vectors held, past each of which `vectors` stream. */
export class Unfolded {
  constructor(pipeline, imprints, vectors) {
    Object.assign(this, pipeline, { imprints, vectors });
    this.stream = this.pace * Math.ceil(vectors / this.rows);
    this.steady =
      this.banks > 1 ? Math.max(this.stream, this.imprint) : this.stream + this.imprint;
  }

  /** How long the unit is busy. */
  get busy() {
    if (!this.imprints || !this.vectors) return 0;
    return this.imprint + this.steady * (this.imprints - 1) + this.stream + this.fill;
  }

  /** When vectors start to stream past the vector held as number `index`. */
  fireAt(index) {
    return this.imprint + index * this.steady;
  }

  /** When that is tuned: with banks to spare, while others stream past the one before. */
  tuneAt(index) {
    return index === 0 ? 0 : this.fireAt(index) - (this.banks > 1 ? this.steady : this.imprint);
  }

  /** All of a vector's times. */
  at(index) {
    const [tune, fire] = [this.tuneAt(index), this.fireAt(index)];
    return { tune, tuned: tune + this.imprint, fire, fired: fire + this.stream };
  }

  /** The numbers of vectors that are tuned or streamed past between two times. */
  between(from, to) {
    const first = Math.floor((from - this.imprint) / this.steady) - 1;
    const last = Math.ceil((to - this.imprint) / this.steady) + 1;
    return [Math.max(first, 0), Math.min(last, this.imprints - 1)];
  }
}

/** Which kernel a vector held belongs to, and which of the kernel's vectors it is. */
export function heldVector(layer, tile, index) {
  let left = index;
  for (let kernel = tile.firstKernel; kernel < tile.firstKernel + tile.kernels; kernel++) {
    if (left < layer.vectors[kernel]) return { kernel, vector: left };
    left -= layer.vectors[kernel];
  }
  return null;
}

/**
 * Cuts a kernel's survivors into vectors, as Docs/Numerics.md says: a new one where the last is full
 * or, if `slice` is not 0, where a slice of the kernel ends.
 */
export function cutIntoVectors(survivors, length, slice) {
  const vectors = [];
  let current = null;
  for (const survivor of survivors) {
    const part = slice ? Math.floor(survivor[0] / slice) : 0;
    if (!current || current.elements.length === length || current.part !== part) {
      current = { part, elements: [] };
      vectors.push(current);
    }
    current.elements.push(survivor);
  }
  return vectors.map(({ elements }) => elements);
}
