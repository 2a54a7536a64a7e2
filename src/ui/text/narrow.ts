/** Signs that are one cell each and stand for themselves: letters of Latin, arrows, lines, blocks, dots that turn, and the marks of the themes. */
export const narrow =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2013-\u2026\u2030-\u205e\u2190-\u21ff\u2500-\u259f\u25a0-\u25fc\u2713\u2717\u276f\u2800-\u28ff]*$/

/** Nothing in it has to be looked at sign by sign: most of a screen is so. */
export function isNarrow(text: string): boolean {
  return narrow.test(text)
}
