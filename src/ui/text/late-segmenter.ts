import { narrow } from './narrow.ts'

/** Colours stand in what the renderer takes apart, and the sign that begins one stands for itself too. */
const plain = new RegExp(narrow.source.replace('[', String.raw`[\x1b`))

/** By another name: the bundle has the class below in the place of this one. */
const real: typeof Intl.Segmenter = globalThis['Intl']['Segmenter']

/**
 * Made where it is first wanted: the first Intl.Segmenter of a process takes nine milliseconds. Plain text, which most of a screen is,
 * never wants it: each sign of it is a grapheme.
 */
export class LateSegmenter {
  readonly #given: ConstructorParameters<typeof Intl.Segmenter>
  #made: Intl.Segmenter | null = null

  constructor(...given: ConstructorParameters<typeof Intl.Segmenter>) {
    this.#given = given
  }

  segment(input: string): Iterable<Intl.SegmentData> {
    if (plain.test(input)) return Array.from(input, (segment, index) => ({ segment, index, input }))
    this.#made ??= new real(...this.#given)
    return this.#made.segment(input)
  }
}
