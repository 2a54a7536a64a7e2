import { oneLine } from '../state/text.ts'

const longest = 4_000

/** The one place where text becomes HTML, in an element or in a quoted attribute. */
export function escapeHtml(value: string): string {
  return oneLine(value, longest)
    .toWellFormed()
    .replaceAll(/[&<>"']/g, sign => escapes[sign] ?? sign)
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
