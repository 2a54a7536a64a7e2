/* oxlint-disable no-control-regex -- control sequences are exactly what is taken out */
const sequences =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][\s\S]*?(?:\u0007|\u001b\\|$)|\u001b[ -/]*[0-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** Outside text as it may be drawn or kept: no control sequences, no direction tricks, tabs as spaces. Newlines stay. */
export function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\t', '  ').replace(sequences, '')
}

/** `plain`, on one line, at most `width` characters with a mark where it was cut. */
export function oneLine(text: string, width = 200): string {
  const line = plain(text)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`
}
